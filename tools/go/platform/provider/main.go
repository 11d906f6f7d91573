// Command pulumi-resource-kubernetes serves the Kubernetes provider plugin.
//
// The module's own command embeds generated files that its published module lacks, so this main takes the schema
// as a file: the toolchain copies it from the module beside this one before it builds.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

//go:embed schema.json
var schema []byte

func main() {
	provider.Serve("kubernetes", version.Version, schema, []byte("{}"))
}
