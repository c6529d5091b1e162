#!/bin/sh
# Placeholder: the constant body that applies a gateway's files from the table beside it.
echo "apply.sh: not written yet" >&2
exit 1
