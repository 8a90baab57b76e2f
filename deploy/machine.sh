# Sourced by ./run and ./test: installs what the machine lacks, and says what to do where it may not.

# Debian packages that are missing are installed when we may; elsewhere their names are printed.
need_packages() {
    command -v dpkg-query >/dev/null || return 0 # not a Debian: Python says what it misses
    local package missing=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "Install these Debian packages first: sudo apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
        as_root=(sudo -n)
    fi
    echo "Installing Debian packages: ${missing[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c '
        set -e
        printf "#!/bin/sh\nexit 101\n" >/tmp/no-services.$$ # we want programs, not running services
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            install -m 755 /tmp/no-services.$$ /usr/sbin/policy-rc.d
            trap "rm -f /usr/sbin/policy-rc.d /tmp/no-services.$$" EXIT
        fi
        apt-get -o DPkg::Lock::Timeout=600 update -qq
        apt-get -o DPkg::Lock::Timeout=600 install -qq -y --no-install-recommends "$@" >/dev/null
    ' install "${missing[@]}" || {
        echo "apt-get could not install ${missing[*]}: is this machine online? Install them by hand and start again." >&2
        exit 1
    }
}

# uv, then exactly the Python packages of uv.lock.
need_python_packages() {
    export PATH="$HOME/.local/bin:$PATH"
    if ! command -v uv >/dev/null; then
        echo "Installing uv"
        python3 -m pip install -q uv 2>/dev/null ||
            python3 -m pip install -q --user --break-system-packages uv || {
            echo "pip could not install uv: see https://docs.astral.sh/uv/getting-started/installation/" >&2
            exit 1
        }
        hash -r
    fi
    uv sync --frozen --quiet || {
        echo "uv could not install the packages of uv.lock: is the package index reachable? Then start again." >&2
        exit 1
    }
}
