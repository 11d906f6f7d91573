#!/bin/sh
# The repo-server runs this for every revision, also with signature checks off, and then ignores its words.
exit 0
