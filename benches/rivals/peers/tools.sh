# tools.sh gnu|mawk WORKLOAD OUT IN: what a shell has for it.
set -eu
export LC_ALL=C
tool=$1 workload=$2 out=$3 in=$4
tab=$(printf '\t')
big="--parallel=2 -S 4G"
counts() { uniq -c | sed "s/^ *\([0-9]*\) \(.*\)/\2$tab\1/"; }
case $tool.$workload in
gnu.W1w) tr -s ' ' '\n' <"$in" | sort $big | counts >"$out" ;;
gnu.W1r) # Of letters beyond ASCII neither tr nor sort knows case or kind: sed does, slowly.
    LC_ALL=C.UTF-8 sed 's/.*/\L&/; s/[^[:alnum:]_'"'"']\{1,\}/\n/g' "$in" | grep -a . | sort $big | counts >"$out" ;;
gnu.W4) # Compared as text: to awk 1e2 is 100.
    sort $big -t "$tab" -k1,1 "$in" | mawk -F '\t' '
        function put() { printf "%s\t%d\t%.0f\n", key, n, sum }
        $1 "" != key "" { if (NR > 1) put(); key = $1; n = sum = 0 }
        { n++; sum += $2 }
        END { put() }' >"$out" ;;
gnu.W8) sort $big "$in" >"$out" ;;
mawk.W1w) mawk '{ for (i = 1; i <= NF; i++) n[$i]++ } END { for (k in n) print k "\t" n[k] }' "$in" >"$out" ;;
mawk.W2) mawk -F '"' '
        { split($2, request, " "); split(request[2], path, "?"); split($3, answer, " ")
          key = answer[1] "\t" path[1]; n[key]++; sum[key] += answer[2] }
        END { for (k in n) printf "%s\t%d\t%.0f\n", k, n[k], sum[k] }' "$in" |
    sort -t "$tab" -k4,4nr -k1,1 -k2,2 | head -n 100 >"$out" ;;
mawk.W4) mawk -F '\t' '{ n[$1]++; sum[$1] += $2 } END { for (k in n) printf "%s\t%d\t%.0f\n", k, n[k], sum[k] }' "$in" >"$out" ;;
mawk.W9) mawk -F , 'NR > 1 { n[$2]++; sum[$2] += $5 } END { for (k in n) printf "%s\t%d\t%.17g\n", k, n[k], sum[k] / n[k] }' "$in" >"$out" ;;
*) echo "tools.sh: $tool has no $workload" >&2; exit 2 ;;
esac
