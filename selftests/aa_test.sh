#!/bin/bash
set -u
. /work/main/selftests/lib.sh
TUNWIN_KO=/tmp/g/mod2/tunwin.ko
good() { tw_equal "parameter" "$(cat /sys/module/tunwin/parameters/p)" 7; }
bad() { tw_check "false thing" bash -c 'echo line1; echo line2; exit 5'; tw_equal "x" 1 2; tw_within "rate" 110 100 5; tw_within "nan" "" 100 5; tw_within ok -100 -101 5; tw_wait 1 "never" ls /nope; }
skip() { tw_need no-such-program || return; tw_failed "reached"; }
ret() { return 3; }
bg() { tw_ns a; tw_background "$a" sleep 1000; tw_background "$a" sleep 2000; tw_ns b; tw_background "$b" bash -c "sleep 1000 & sleep 2000"; }
tw_begin "Failing things"
tw_module_load p=7
case all in
warn) echo "WARNING: CPU: 1 oh no" > /dev/kmsg; tw_test "good" good ;;
all)
tw_test "good" good; tw_test "bad" bad; tw_test "skip" skip; tw_test "returns" ret; tw_test "background" bg ;;
skips) tw_test "skip" skip ;;
dup) tw_test "good" good; tw_test "good" good ;;
early) die() { exit 0; }; tw_test "good" good; tw_test "exits" die;  tw_test "after" good ;;
top) tw_test "good" good; tw_check "top thing" false ;;
need) tw_need nothing-like-this; tw_test "good" good ;;
noend) tw_test "good" good; exit 0;;
kill) k() { kill -TERM $$; sleep 1; }; tw_test "k" k;;
busy) b() { tw_module_load; }; tw_test "again" b ;;
esac
tw_end
