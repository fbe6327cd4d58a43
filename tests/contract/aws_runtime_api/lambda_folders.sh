#!/bin/sh
# lambda_folders.sh SCRATCH TASK PYTHON COMMAND...: runs COMMAND in a place that has Lambda's folders.
#
# TASK is /var/task, and /var/runtime/bootstrap starts PYTHON behind AWS_LAMBDA_EXEC_WRAPPER as the stock one does.
# All of it is in a mount namespace of COMMAND's own. What is written to /var stays in memory, in SCRATCH (an empty
# folder): the machine's folders stay as they are. AWS's server starts the runtime as user 993, who keeps root's right
# to read the interpreter and the tests, wherever they are. Needs root, unshare and setpriv (util-linux).
set -eu
exec unshare --mount -- sh -euc '
scratch=$1 task=$2 python=$3
shift 3
mount -t tmpfs lambda "$scratch"
mkdir "$scratch/upper" "$scratch/work"
mount -t overlay -o "lowerdir=/var,upperdir=$scratch/upper,workdir=$scratch/work" lambda /var
mkdir -p /var/task /var/runtime
mount --bind "$task" /var/task
printf "#!/bin/sh\nexec \"\$AWS_LAMBDA_EXEC_WRAPPER\" \"%s\" /var/runtime/bootstrap.py\n" "$python" >/var/runtime/bootstrap
chmod 755 /var/runtime/bootstrap
rights=+dac_override,+dac_read_search
exec setpriv --securebits=+no_setuid_fixup --inh-caps="$rights" --ambient-caps="$rights" -- "$@"
' sh "$@"
