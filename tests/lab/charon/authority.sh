# A throwaway authority: sh authority.sh WORK AUTHORITY IDENTITY… leaves WORK/authority.pem, and IDENTITY.pem and IDENTITY.key for each.
set -eu
cd "$1"
shift
pki --gen --type ecdsa --size 384 --outform pem >authority.key
pki --self --ca --in authority.key --type ecdsa --dn "CN=$1" --outform pem >authority.pem
shift
for identity in "$@"; do
    pki --gen --type ecdsa --size 384 --outform pem >"$identity.key"
    pki --pub --in "$identity.key" --type ecdsa |
        pki --issue --cacert authority.pem --cakey authority.key --dn "CN=$identity" --san "$identity" --outform pem >"$identity.pem"
done
