// plane is a Kubernetes control plane in one process, for tests: etcd, kube-apiserver, and the controllers that a release needs.
//
// Everything it writes is in one folder. It ends when its standard input ends, so nothing that starts it can leave it behind.
package main

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/restclient"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() {
	folder := flag.String("folder", "", "where keys, certificates, the database and the audit log are kept; it becomes the working folder")
	port := flag.Int("port", 0, "the API server's port on 127.0.0.1")
	audit := flag.String("audit", "", "the audit policy")
	remove := flag.Bool("remove", false, "remove the folder at the end")
	flag.Parse()
	check(os.Chdir(*folder))
	go func() {
		io.Copy(io.Discard, os.Stdin)
		// The others still write, so a folder may be refilled while it is emptied.
		for tries := 0; *remove && tries < 20 && os.RemoveAll(*folder) != nil; tries++ {
			time.Sleep(20 * time.Millisecond)
		}
		os.Exit(0)
	}()

	check(writeKeys("sa.key", "sa.pub"))
	check(writeTokens("tokens.csv"))
	check(startEtcd("etcd"))
	host := fmt.Sprintf("https://127.0.0.1:%d", *port)
	go serve(*port, *audit)

	config := &rest.Config{Host: host, BearerToken: "manager", QPS: 1000, Burst: 2000, TLSClientConfig: rest.TLSClientConfig{Insecure: true}}
	check(waitReady(config, time.Minute))
	check(runControllers(config))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// startEtcd listens on sockets in the working folder, so it needs no port.
func startEtcd(folder string) error {
	config := embed.NewConfig()
	config.Dir = folder
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	// etcd wants a port behind a name; both are the name of a file.
	client, peer := url.URL{Scheme: "unix", Host: "etcd:1"}, url.URL{Scheme: "unix", Host: "peer:1"}
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	server, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	select {
	case <-server.Server.ReadyNotify():
		return nil
	case err := <-server.Err():
		return err
	case <-time.After(time.Minute):
		return fmt.Errorf("etcd is not ready after a minute")
	}
}

// The webhook plugins are off: no pod answers a webhook here, and the first chart that brings one would block all after it.
const admissionOff = "MutatingAdmissionWebhook,ValidatingAdmissionWebhook,ValidatingAdmissionPolicy,MutatingAdmissionPolicy"

func serve(port int, audit string) {
	server := apiserver.NewAPIServerCommand()
	server.SetArgs([]string{
		"--etcd-servers=unix://etcd:1",
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--cert-dir=certs",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=sa.pub",
		"--service-account-signing-key-file=sa.key",
		"--token-auth-file=tokens.csv",
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.0.0.0/16",
		"--allow-privileged=true",
		"--endpoint-reconciler-type=none",
		"--audit-policy-file=" + audit,
		"--audit-log-path=audit.log",
		"--disable-admission-plugins=" + admissionOff,
	})
	os.Exit(cli.Run(server))
}
