package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// writeKeys makes the pair that signs tokens of ServiceAccounts.
func writeKeys(private, public string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	if err := writePEM(private, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)); err != nil {
		return err
	}
	return writePEM(public, "PUBLIC KEY", der)
}

func writePEM(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// writeTokens: one user for each part, so that the audit log tells who did what. The token is the name.
func writeTokens(file string) error {
	var text strings.Builder
	for i, user := range []string{"helm", "kubelet", "manager", "admin"} {
		fmt.Fprintf(&text, "%s,%s,%d,system:masters\n", user, user, i+1)
	}
	return os.WriteFile(file, []byte(text.String()), 0o600)
}

// waitReady waits until the API server serves and the namespace `default` is there.
func waitReady(config *rest.Config, limit time.Duration) error {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		_, ready := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		if ready == nil {
			if _, ready = client.CoreV1().Namespaces().Get(ctx, "default", metav1.GetOptions{}); ready == nil {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the API server is not ready after %s: %w", limit, ready)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
