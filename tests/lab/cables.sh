# A cable for each of the positional parameters, which are used up: the far end of each is up, and nobody is there.
for link in "$@"; do
    ip link add name "$link" type veth peer name "far$#"
    ip link set dev "far$#" up
    shift
done
