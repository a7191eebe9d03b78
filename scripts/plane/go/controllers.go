package main

import (
	"context"
	"time"

	core "k8s.io/api/core/v1"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/util/flowcontrol"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/daemon"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/job"
	"k8s.io/kubernetes/pkg/controller/namespace"
	"k8s.io/kubernetes/pkg/controller/replicaset"
	"k8s.io/kubernetes/pkg/controller/serviceaccount"
	"k8s.io/kubernetes/pkg/controller/statefulset"
	"k8s.io/kubernetes/pkg/controller/ttlafterfinished"
	"k8s.io/kubernetes/pkg/controller/volume/pvcprotection"
)

// clients is what controllers are made of. resync is long: the plane lives for minutes.
type clients struct {
	client  *kubernetes.Clientset
	meta    metadata.Interface
	objects informers.SharedInformerFactory
	heads   metadatainformer.SharedInformerFactory
}

const resync = 12 * time.Hour

// runControllers runs the controllers of kube-controller-manager that a release needs, and no others, which would be four
// times the packages. It does not return unless one of them cannot be made.
func runControllers(config *rest.Config) error {
	ctx := context.Background()
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	meta, err := metadata.NewForConfig(config)
	if err != nil {
		return err
	}
	all := clients{client, meta, informers.NewSharedInformerFactory(client, resync), metadatainformer.NewSharedInformerFactory(meta, resync)}
	if err := all.startWorkloads(ctx); err != nil {
		return err
	}
	started := make(chan struct{})
	if err := all.startCleaners(ctx, started); err != nil {
		return err
	}
	all.objects.Start(ctx.Done())
	all.heads.Start(ctx.Done())
	close(started)
	select {}
}

// startWorkloads: what makes Pods, and the ServiceAccount `default` that Pods need.
func (c clients) startWorkloads(ctx context.Context) error {
	apps, v1, batch := c.objects.Apps().V1(), c.objects.Core().V1(), c.objects.Batch().V1()
	jobs, err := job.NewController(ctx, c.client, v1.Pods(), batch.Jobs(), nil, nil)
	if err != nil {
		return err
	}
	deployments, err := deployment.NewDeploymentController(ctx, apps.Deployments(), apps.ReplicaSets(), v1.Pods(), c.client)
	if err != nil {
		return err
	}
	backoff := flowcontrol.NewBackOff(time.Second, time.Minute)
	daemons, err := daemon.NewDaemonSetsController(ctx, apps.DaemonSets(), apps.ControllerRevisions(), v1.Pods(), v1.Nodes(), c.client, backoff)
	if err != nil {
		return err
	}
	options := serviceaccount.DefaultServiceAccountsControllerOptions()
	accounts, err := serviceaccount.NewServiceAccountsController(klog.FromContext(ctx), v1.ServiceAccounts(), v1.Namespaces(), c.client, options)
	if err != nil {
		return err
	}
	replicas := replicaset.NewReplicaSetController(ctx, apps.ReplicaSets(), v1.Pods(), c.client, replicaset.BurstReplicas)
	stateful := statefulset.NewStatefulSetController(ctx, v1.Pods(), apps.StatefulSets(), v1.PersistentVolumeClaims(), apps.ControllerRevisions(), c.client)
	go jobs.Run(ctx, 5)
	go deployments.Run(ctx, 5)
	go replicas.Run(ctx, 5)
	go stateful.Run(ctx, 5)
	go daemons.Run(ctx, 2)
	go accounts.Run(ctx, 1)
	return nil
}

// startCleaners: what deletes by itself, or keeps what is in use.
func (c clients) startCleaners(ctx context.Context, started chan struct{}) error {
	v1 := c.objects.Core().V1()
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(c.client.Discovery()))
	go func() {
		for range time.Tick(10 * time.Second) {
			mapper.Reset()
		}
	}()
	claims, err := pvcprotection.NewPVCProtectionController(klog.FromContext(ctx), v1.PersistentVolumeClaims(), v1.Pods(), c.client)
	if err != nil {
		return err
	}
	ignored := garbagecollector.DefaultIgnoredResources()
	garbage, err := garbagecollector.NewGarbageCollector(ctx, c.client, c.meta, mapper, ignored, informerfactory.NewInformerFactory(c.objects, c.heads), started)
	if err != nil {
		return err
	}
	namespaced := c.client.Discovery().ServerPreferredNamespacedResources
	namespaces := namespace.NewNamespaceController(ctx, c.client, c.meta, namespaced, v1.Namespaces(), 5*time.Minute, core.FinalizerKubernetes)
	go ttlafterfinished.New(ctx, c.objects.Batch().V1().Jobs(), c.client).Run(ctx, 5)
	go namespaces.Run(ctx, 5)
	go claims.Run(ctx, 2)
	go garbage.Run(ctx, 10, 30*time.Second)
	go garbage.Sync(ctx, c.client.Discovery(), 5*time.Second)
	return nil
}
