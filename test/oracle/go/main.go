// What Helm reads from the answer of a post-renderer, by Helm's own libraries: pkg/action/action.go `splitAndDeannotate`, then
// pkg/release/v1/util `SplitManifests` and `SimpleHead`.
//
// Each line of stdin is a JSON string, a stream; each line of stdout says what Helm makes of it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sort"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/yaml"
)

const filenameAnnotation = "postrenderer.helm.sh/postrender-filename"

type document struct {
	File        string            `json:"file"`
	Kind        string            `json:"kind"`
	APIVersion  string            `json:"apiVersion"`
	Name        string            `json:"name"`
	Annotations map[string]string `json:"annotations"`
	Value       json.RawMessage   `json:"value"`
}

type answer struct {
	Error     string     `json:"error,omitempty"`
	Documents []document `json:"documents"`
}

func read(stream string) (result answer) {
	defer func() {
		if fault := recover(); fault != nil {
			result = answer{Error: fmt.Sprintf("panic: %v", fault)}
		}
	}()
	fail := func(step string, err error) answer { return answer{Error: step + ": " + err.Error()} }
	manifests, err := kio.ParseAll(stream)
	if err != nil {
		return fail("ParseAll", err)
	}
	result.Documents = []document{}
	for _, manifest := range manifests {
		meta, err := manifest.GetMeta()
		if err != nil {
			return fail("GetMeta", err)
		}
		file := meta.Annotations[filenameAnnotation]
		if err := manifest.PipeE(kyaml.ClearAnnotation(filenameAnnotation)); err != nil {
			return fail("ClearAnnotation", err)
		}
		text, err := kio.StringAll([]*kyaml.RNode{manifest})
		if err != nil {
			return fail("StringAll", err)
		}
		parts := releaseutil.SplitManifests(text)
		keys := make([]string, 0, len(parts))
		for key := range parts {
			keys = append(keys, key)
		}
		sort.Sort(releaseutil.BySplitManifestsOrder(keys))
		for _, key := range keys {
			var head releaseutil.SimpleHead
			if err := yaml.Unmarshal([]byte(parts[key]), &head); err != nil {
				return fail("Unmarshal", err)
			}
			value, err := yaml.YAMLToJSON([]byte(parts[key]))
			if err != nil {
				return fail("YAMLToJSON", err)
			}
			one := document{File: file, Kind: head.Kind, APIVersion: head.Version, Value: value}
			if head.Metadata != nil {
				one.Name, one.Annotations = head.Metadata.Name, head.Metadata.Annotations
			}
			result.Documents = append(result.Documents, one)
		}
	}
	return result
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<28)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for in.Scan() {
		var stream string
		if err := json.Unmarshal(in.Bytes(), &stream); err != nil {
			panic(err)
		}
		if err := encoder.Encode(read(stream)); err != nil {
			panic(err)
		}
	}
	if err := in.Err(); err != nil {
		panic(err)
	}
}
