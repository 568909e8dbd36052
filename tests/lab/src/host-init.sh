# First process of a practice device. It turns new, empty namespaces into a small separate machine and then becomes the
# server, so that killing this one process removes everything: accounts, mounts, sessions.
#
# Environment variables:
#   LAB_FOLDER   folder with the read-only trees and an empty folder "mount"
#   LAB_TREE     name of the tree below this device
#   LAB_NAME     host name
#   LAB_ADDRESS  LAB_PORT   address and port of the server
#   LAB_SERVER   openssh | dropbear
#   LAB_KEYS     host key algorithms, separated by blanks
#   LAB_ACCOUNTS one account a line: name, shell, sudo rights, password, separated by the character 0x1f
#   LAB_OPTIONS  lines for sshd's configuration
#   LAB_SETUP    shell script, run inside as root before the server starts
#   LAB_DROP     capabilities to give up for good, in the notation of setpriv
set -eu
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LANG=C
HOME=/root
export PATH LANG HOME

make_root() {
    cd "$LAB_FOLDER"
    mount -t tmpfs -o size=256m,mode=755 chaveiro-lab mount
    mkdir mount/upper mount/work mount/root
    # Relative, because a colon or a comma in the folder's name would be read as a separator.
    mount -t overlay -o "lowerdir=$LAB_TREE,upperdir=mount/upper,workdir=mount/work" overlay mount/root
    cd mount/root
}

fill_root() {
    mount -t proc proc proc
    mount --bind proc/sys proc/sys
    mount -o remount,ro,bind proc/sys
    mount -t tmpfs -o mode=755,size=1m dev dev
    for device in null zero full random urandom tty; do
        [ -e "/dev/$device" ] || continue
        : > "dev/$device"
        mount --bind "/dev/$device" "dev/$device"
    done
    mkdir dev/pts dev/shm
    # A separate instance: terminals of the machine are not visible here, and the other way round.
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    mount -t tmpfs -o mode=755,size=16m run run
    mkdir -p run/sshd run/lock
    mount -t tmpfs -o mode=1777,size=64m tmp tmp
}

leave_machine() {
    mkdir -p .machine
    pivot_root . .machine
    cd /
    umount -l /.machine
    rmdir /.machine 2>/dev/null || true
}

name_host() {
    hostname "$LAB_NAME"
    echo "$LAB_NAME" > /etc/hostname
    echo "127.0.0.1 localhost $LAB_NAME" > /etc/hosts
}

make_accounts() {
    [ -n "$LAB_ACCOUNTS" ] || return 0
    separator=$(printf '\037')
    : > /etc/sudoers.d/lab
    chmod 0440 /etc/sudoers.d/lab
    printf '%s\n' "$LAB_ACCOUNTS" | while IFS="$separator" read -r name shell sudo password; do
        if grep -q "^$name:" /etc/passwd; then
            usermod -s "$shell" "$name"
        elif grep -q "^$name:" /etc/group; then
            useradd -m -s "$shell" -g "$name" "$name" # Debian has groups such as "operator" and "staff"
        else
            useradd -m -s "$shell" "$name"
        fi
        case $sudo in
        with-password) echo "$name ALL=(ALL:ALL) ALL" >> /etc/sudoers.d/lab ;;
        without-password) echo "$name ALL=(ALL:ALL) NOPASSWD: ALL" >> /etc/sudoers.d/lab ;;
        esac
    done
    printf '%s\n' "$LAB_ACCOUNTS" | while IFS="$separator" read -r name shell sudo password; do
        printf '%s:%s\n' "$name" "$password"
    done | chpasswd
}

make_openssh() {
    # sshd uses the first value of a keyword, so the caller's lines come before ours.
    {
        printf '%s\n' "$LAB_OPTIONS"
        printf '%s\n' "ListenAddress $LAB_ADDRESS:$LAB_PORT" 'PasswordAuthentication yes' 'UsePAM yes' 'UseDNS no' \
            'PidFile /run/sshd.pid'
    } > /etc/ssh/sshd_config.d/00-lab.conf
    rm -f /etc/ssh/ssh_host_*
    for algorithm in $LAB_KEYS; do
        ssh-keygen -q -t "$algorithm" -N '' -C "$LAB_NAME" -f "/etc/ssh/ssh_host_${algorithm}_key"
    done
}

make_dropbear() {
    mkdir -p /etc/dropbear
    server_keys=
    for algorithm in $LAB_KEYS; do
        key=/etc/dropbear/dropbear_${algorithm}_host_key
        dropbearkey -t "$algorithm" -f "$key" 2>/dev/null | grep -E '^(ssh|ecdsa)-' > "/etc/ssh/ssh_host_${algorithm}_key.pub"
        server_keys="$server_keys -r $key"
    done
}

become_server() {
    case $LAB_SERVER in
    dropbear) set -- dropbear -F -E $server_keys -p "$LAB_ADDRESS:$LAB_PORT" ;;
    *) set -- /usr/sbin/sshd -D -e ;;
    esac
    # Root in here has all rights on this device and none on the machine below it.
    exec env -i PATH="$PATH" LANG=C setpriv --bounding-set "$LAB_DROP" -- "$@"
}

make_root
fill_root
leave_machine
name_host
make_accounts
case $LAB_SERVER in
dropbear) make_dropbear ;;
*) make_openssh ;;
esac
if [ -n "$LAB_SETUP" ]; then sh -eu -c "$LAB_SETUP"; fi
become_server
