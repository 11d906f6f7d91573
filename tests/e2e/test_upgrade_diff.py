"""What another version of a chart changes, rendered by Helm: it needs the tool, and no cluster."""

import subprocess
import sys

import pytest

from tests.support.engine import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300), pytest.mark.usefixtures("upstream")]


@pytest.mark.tools("helm")
def test_the_objects_of_a_chart_are_compared() -> None:
    words = ["--unit", "openKruise", "--from", "1.7.5", "--version", "1.8.3"]
    command = [sys.executable, "-m", "tools.upgrade_diff", *words]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "#### Stack `dev`: 1 replaced, 7 updated, 3 created" in shown
    assert "<code>ClusterRole aggregate-kruise-view in release kruise</code>" in shown
    assert "- openkruise/kruise-manager:v1.7.5\n+ openkruise/kruise-manager:v1.8.3" in shown
