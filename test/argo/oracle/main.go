// What Argo CD does with a stream, told by its own sync code: gitops-engine's sync context, driven to its end as Argo CD's controller does,
// over a cluster that is a map and in which everything that is applied is healthy at once.
//
// Requests come as JSON values on stdin, answers leave as one JSON value a line. `fail` is a `Kind/name` that turns out Degraded.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/health"
	argo "github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/common"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/sync/ignore"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube"
	"github.com/argoproj/argo-cd/gitops-engine/v3/pkg/utils/kube/kubetest"
	"github.com/go-logr/logr"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
)

type request struct {
	Streams   []string `json:"streams"` // one a sync
	Namespace string   `json:"namespace"`
	Cluster   []string `json:"cluster"` // kinds without a namespace
	Fail      string   `json:"fail"`
}
type deed struct {
	Do    string `json:"do"`
	What  string `json:"what"`
	Phase string `json:"phase"` // empty for what is deleted when the sync ends
	Wave  int    `json:"wave"`
}
type operation struct {
	Result string `json:"result"`
	Deeds  []deed `json:"deeds"`
}
type answer struct {
	Error      string      `json:"error,omitempty"`
	Operations []operation `json:"operations"`
}

// cluster is all objects by key, and the log of what is done to them.
type cluster struct {
	kubetest.MockKubectlCmd
	mutex      sync.Mutex
	objects    map[kube.ResourceKey]*unstructured.Unstructured
	namespaced func(kind string) bool
	kinds      map[string][]string // by group/version
	fail       string
	deeds      []deed
	marked     int
}

func nameOf(o *unstructured.Unstructured) string { return o.GetKind() + "/" + o.GetName() }

func (c *cluster) keyOf(o *unstructured.Unstructured) kube.ResourceKey {
	key := kube.GetResourceKey(o)
	if !c.namespaced(o.GetKind()) {
		key.Namespace = ""
	}
	return key
}
func (c *cluster) put(o *unstructured.Unstructured, how string, dryRun cmdutil.DryRunStrategy) {
	if dryRun != cmdutil.DryRunNone {
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	made := o.DeepCopy()
	if !c.namespaced(o.GetKind()) {
		made.SetNamespace("")
	}
	key := c.keyOf(o)
	// Objects of one uid count as one object in two versions.
	made.SetUID(types.UID(key.String()))
	c.objects[key] = made
	c.deeds = append(c.deeds, deed{Do: how, What: nameOf(o)})
}
func (c *cluster) ApplyResource(_ context.Context, o *unstructured.Unstructured, d cmdutil.DryRunStrategy, _, _, _ bool, _ string) (string, error) {
	c.put(o, "apply", d)
	return "applied", nil
}
func (c *cluster) ReplaceResource(_ context.Context, o *unstructured.Unstructured, d cmdutil.DryRunStrategy, _ bool) (string, error) {
	c.put(o, "replace", d)
	return "replaced", nil
}
func (c *cluster) CreateResource(_ context.Context, o *unstructured.Unstructured, d cmdutil.DryRunStrategy, _ bool) (string, error) {
	c.put(o, "apply", d)
	return "created", nil
}
func (c *cluster) UpdateResource(_ context.Context, o *unstructured.Unstructured, d cmdutil.DryRunStrategy) (*unstructured.Unstructured, error) {
	c.put(o, "apply", d)
	return o, nil
}

// kubectl hands out the cluster as the operations; the rest of the interface is the mock's.
type kubectl struct {
	*cluster
}

func (k kubectl) CreateResource(context.Context, *rest.Config, schema.GroupVersionKind, string, string, *unstructured.Unstructured, metav1.CreateOptions, ...string) (*unstructured.Unstructured, error) {
	return nil, nil
}
func (k kubectl) ManageResources(*rest.Config) (kube.ResourceOperations, func(), error) {
	return k.cluster, func() {}, nil
}
func (k kubectl) DeleteResource(_ context.Context, _ *rest.Config, gvk schema.GroupVersionKind, name, namespace string, _ metav1.DeleteOptions) error {
	k.remove(gvk.Group, gvk.Kind, namespace, name)
	return nil
}
func (c *cluster) remove(group, kind, namespace, name string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.namespaced(kind) {
		namespace = ""
	}
	key := kube.NewResourceKey(group, kind, namespace, name)
	if c.objects[key] == nil {
		return false
	}
	delete(c.objects, key)
	c.deeds = append(c.deeds, deed{Do: "delete", What: kind + "/" + name})
	return true
}

func (c *cluster) GetResourceHealth(o *unstructured.Unstructured) (*health.HealthStatus, error) {
	if nameOf(o) == c.fail {
		return &health.HealthStatus{Status: health.HealthStatusDegraded}, nil
	}
	return &health.HealthStatus{Status: health.HealthStatusHealthy}, nil
}

// ServeHTTP is as much of an API server as the sync asks: what kinds there are, and single objects.
func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	group, version, rest := "", "", []string{}
	if parts[0] == "api" && len(parts) > 1 {
		version, rest = parts[1], parts[2:]
	} else if parts[0] == "apis" && len(parts) > 2 {
		group, version, rest = parts[1], parts[2], parts[3:]
	}
	groupVersion := schema.GroupVersion{Group: group, Version: version}.String()
	w.Header().Set("Content-Type", "application/json")
	if len(rest) == 0 {
		list := metav1.APIResourceList{GroupVersion: groupVersion}
		for _, kind := range c.kinds[groupVersion] {
			list.APIResources = append(list.APIResources, metav1.APIResource{Name: strings.ToLower(kind) + "s", Kind: kind, Namespaced: c.namespaced(kind), Verbs: []string{"get", "list", "watch", "create", "update", "patch", "delete"}})
		}
		_ = json.NewEncoder(w).Encode(list)
		return
	}
	namespace := ""
	if rest[0] == "namespaces" && len(rest) > 3 {
		namespace, rest = rest[1], rest[2:]
	}
	kind := ""
	for _, k := range append(c.kinds[groupVersion], "CustomResourceDefinition", "Namespace") {
		if plural := strings.ToLower(k) + "s"; plural == rest[0] {
			kind = k
		}
	}
	name := rest[len(rest)-1]
	if r.Method == http.MethodDelete {
		if !c.remove(group, kind, namespace, name) {
			notFound(w, name)
			return
		}
		_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Success"})
		return
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.namespaced(kind) {
		namespace = ""
	}
	key := kube.NewResourceKey(group, kind, namespace, name)
	object := c.objects[key]
	if object == nil {
		notFound(w, name)
		return
	}
	if r.Method == http.MethodPut {
		body, _ := io.ReadAll(r.Body)
		changed := &unstructured.Unstructured{}
		if changed.UnmarshalJSON(body) == nil {
			c.objects[key], object = changed, changed
		}
	}
	told := object.DeepCopy()
	if kind == "CustomResourceDefinition" {
		told.Object["status"] = map[string]any{"conditions": []any{map[string]any{"type": "Established", "status": "True"}}}
	}
	_ = json.NewEncoder(w).Encode(told.Object)
}

func notFound(w http.ResponseWriter, name string) {
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Reason: metav1.StatusReasonNotFound, Code: 404, Message: name + " not found"})
}

// IsNamespaced is the answer of a cluster that knows all kinds.
func (c *cluster) IsNamespaced(gk schema.GroupKind) (bool, error) { return c.namespaced(gk.Kind), nil }

// mark puts what was done since the last mark into a phase and wave.
func (c *cluster) mark(phase common.SyncPhase, wave int) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for ; c.marked < len(c.deeds); c.marked++ {
		c.deeds[c.marked].Phase, c.deeds[c.marked].Wave = string(phase), wave
	}
}

func targetsOf(stream string) ([]*unstructured.Unstructured, error) {
	all, err := kube.SplitYAML([]byte(stream))
	if err != nil {
		return nil, err
	}
	var targets []*unstructured.Unstructured
	add := func(o *unstructured.Unstructured) {
		// The controller takes hooks of deletions out of every sync.
		if isOfDeletion(o) && ignore.Ignore(o) {
			return
		}
		targets = append(targets, o)
	}
	for _, o := range all {
		if !o.IsList() {
			add(o)
			continue
		}
		_ = o.EachListItem(func(item runtime.Object) error {
			add(item.(*unstructured.Unstructured))
			return nil
		})
	}
	return targets, nil
}
func isOfDeletion(o *unstructured.Unstructured) bool {
	return strings.Contains(o.GetAnnotations()["helm.sh/hook"], "-delete") || strings.Contains(o.GetAnnotations()[common.AnnotationKeyHook], "Delete")
}

func (c *cluster) sync(targets []*unstructured.Unstructured, namespace, revision string, config *rest.Config) (operation, error) {
	var results []common.ResourceSyncResult
	phase, message := common.OperationRunning, ""
	c.deeds, c.marked = nil, 0
	started := metav1.Now()
	for round := 0; round < 400; round++ {
		live := map[kube.ResourceKey]*unstructured.Unstructured{}
		c.mutex.Lock()
		for key, o := range c.objects {
			live[key] = o.DeepCopy()
		}
		c.mutex.Unlock()
		copies := make([]*unstructured.Unstructured, len(targets))
		for i, o := range targets {
			copies[i] = o.DeepCopy()
			if c.namespaced(o.GetKind()) && o.GetNamespace() == "" {
				copies[i].SetNamespace(namespace)
			}
		}
		// What a hook left is known to the controller by its key.
		reconciled := argo.Reconcile(copies, live, namespace, c)
		context, clean, err := argo.NewSyncContext(revision, reconciled, config, config, kubectl{c}, namespace,
			argo.WithLogr(logr.Discard()), argo.WithHealthOverride(c), argo.WithPrune(true), argo.WithOperationSettings(false, true, false, false),
			argo.WithInitialState(phase, message, results, started),
			argo.WithSyncWaveHook(func(phase common.SyncPhase, wave int, _ bool) error {
				c.mark(phase, wave)
				return nil
			}))
		if err != nil {
			return operation{}, err
		}
		context.Sync(ctx)
		phase, message, results = context.GetState()
		clean()
		if phase.Completed() {
			break
		}
	}
	return operation{Result: string(phase), Deeds: append([]deed{}, c.deeds...)}, nil
}

var ctx = context.Background()

func run(r request) (answer, error) {
	var revisions [][]*unstructured.Unstructured
	for _, stream := range r.Streams {
		targets, err := targetsOf(stream)
		if err != nil {
			return answer{}, err
		}
		revisions = append(revisions, targets)
	}
	isCluster := map[string]bool{}
	for _, kind := range r.Cluster {
		isCluster[kind] = true
	}
	c := &cluster{objects: map[kube.ResourceKey]*unstructured.Unstructured{}, kinds: map[string][]string{}, fail: r.Fail, namespaced: func(kind string) bool { return !isCluster[kind] }}
	seen := map[schema.GroupVersionKind]bool{}
	for _, targets := range revisions {
		for _, o := range targets {
			gvk := o.GroupVersionKind()
			if !seen[gvk] {
				seen[gvk] = true
				c.kinds[gvk.GroupVersion().String()] = append(c.kinds[gvk.GroupVersion().String()], gvk.Kind)
			}
		}
	}
	server := httptest.NewServer(c)
	defer server.Close()
	config := &rest.Config{Host: server.URL, QPS: -1}
	var made answer
	for i, targets := range revisions {
		done, err := c.sync(targets, r.Namespace, fmt.Sprintf("%08d", i+1), config)
		if err != nil {
			return answer{}, err
		}
		made.Operations = append(made.Operations, done)
	}
	return made, nil
}

func main() {
	requests := json.NewDecoder(bufio.NewReader(os.Stdin))
	answers := json.NewEncoder(os.Stdout)
	for {
		var r request
		if err := requests.Decode(&r); err != nil {
			return
		}
		made, err := run(r)
		if err != nil {
			made.Error = err.Error()
		}
		_ = answers.Encode(made)
	}
}
