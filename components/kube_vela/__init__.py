"""KubeVela: the chart, its CRDs, and definitions of the platform."""
