# SPDX-License-Identifier: GPL-2.0-only
# Redirections of bash and dash.
insmod buffer.ko size=60
insmod fifo.ko
bash -c 'echo from bash >/dev/buffer; read -r x </dev/buffer; echo "$x"'
dash -c 'echo from dash >/dev/buffer; read -r x </dev/buffer; echo "$x"'
bash -c 'exec {fd}<>/dev/fifo; echo 12345 >&$fd; read -r -n 3 a <&$fd; echo "$a"; read -r b <&$fd; echo "$b"'
bash -c 'mapfile -t lines < <(grep -e ^fifo -e ^buffer /proc/modules); echo ${#lines[@]}'
bash -c 'set -C; echo x >/dev/buffer && echo noclobber; echo $(</sys/module/fifo/refcnt)'
bash -c 'cd /sys/module && compgen -f fif; compgen -G "/sys/module/fifo/ref*"'
bash -c '[[ -c /dev/fifo && -r /dev/fifo && /dev/fifo -ef /dev/fifo ]] && echo tests'
(read a; read b; echo "$b $a") <<E
1
2
E
{ printf 'one\ntwo\n' >&5; read a <&5; read b <&5; echo $b $a; } 5<>/dev/fifo
tee /dev/fifo <text >/dev/null; echo words | tee /dev/buffer; head -n 1 /dev/buffer
xargs -n 1 echo <<E
/sys/module/fi*
E
rmmod fifo buffer
