#!/bin/sh
# Makes a virtual environment and installs what Netloom needs into it; installs nothing when nothing has changed.
# Usage: tools/install.sh run|dev|bench. PYTHON names the interpreter to use (default: the first that fits).
set -eu
cd "$(dirname "$0")/.."

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

die() {
    echo "netloom: $*" >&2
    exit 1
}

find_python() {
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if fits "$python"; then
            echo "$python"
            return
        fi
    done
    die "Netloom needs Python 3.11, 3.12 or 3.13: install one, or name one with \`make run PYTHON=/path/to/python3.12\`."
}

make_venv() { # FOLDER
    if [ -x "$1/bin/python" ] && fits "$1/bin/python"; then return; fi
    rm -rf "$1"
    if command -v uv >/dev/null; then
        uv venv --quiet --seed --python "${PYTHON:->=3.11,<3.14}" "$1"
        return
    fi
    python=$(find_python)
    # Debian and Ubuntu ship python3 without the part that makes virtual environments.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
            apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y python3-venv
        fi
        "$python" -c 'import ensurepip' 2>/dev/null ||
            die "$python cannot make a virtual environment: install python3-venv (sudo apt install python3-venv) and try again."
    fi
    "$python" -m venv "$1"
}

# The stamp is the text of the files that were installed, so any change to them installs again.
install() { # FOLDER STAMP CONSTRAINTS REQUIREMENTS...
    folder=$1 stamp=$1/$2 constraints=$3
    shift 3
    make_venv "$folder"
    wanted=$(cat "$@" "$constraints"; echo "$@")
    if [ "$wanted" = "$(cat "$stamp" 2>/dev/null)" ]; then return; fi
    echo "Installing $* into $folder. The first time takes a few minutes."
    arguments=$(printf -- '-r %s ' "$@")
    # shellcheck disable=SC2086  # one word an argument, on purpose
    if command -v uv >/dev/null; then
        uv pip install --python "$folder/bin/python" $arguments -c "$constraints"
    else
        "$folder/bin/python" -m pip install --disable-pip-version-check $arguments -c "$constraints"
    fi
    # Bytecode is most of a cold start, and some machines set PYTHONDONTWRITEBYTECODE. Packages ship a few files that
    # cannot be compiled, hence `|| true`.
    "$folder/bin/python" -m compileall -qq -j 0 "$folder"/lib || true
    printf '%s\n' "$wanted" >"$stamp"
}

runtime=requirements.txt
if nvidia-smi >/dev/null 2>&1; then runtime=requirements-gpu.txt; fi

case "${1:-}" in
run) install .venv .installed-run constraints.txt $runtime ;;
dev)
    install .venv .installed-run constraints.txt $runtime
    install .venv .installed-dev constraints.txt $runtime requirements-dev.txt
    ;;
bench) install .venv-bench .installed /dev/null benchmarks/requirements.txt ;;
*) die "usage: tools/install.sh run|dev|bench" ;;
esac
