#!/bin/sh
# Removes one of the apps named below and prints what it did as a report (docs/collectors.md). Linux. Without
# --really it changes nothing and says what it would do. It ends what runs from the folders of the app, removes
# its Debian package, and deletes its folders in /opt and in .local of everybody, and nothing else. Packages of
# rpm, snap and flatpak it only names, with the command. It uses no network.
#   sudo sh remove.sh --app '3CX Desktop App' > removal.jsonl
#   sudo sh remove.sh --app '3CX Desktop App' --really > removal.jsonl
# shellcheck disable=SC2034 # The address is of no use here.
set -u
LC_ALL=C PATH=/usr/bin:/bin:/usr/sbin:/sbin:/snap/bin
export LC_ALL PATH
unset CDPATH
NL='
'
IFS=$NL

# --- settings: data only; the server writes them when it signs this script ---
SERVER=''
TENANT=''
EXPIRES='0'
LIST='unsigned'
# app|vendor|product|folders, bundles and packages    exe|vendor|product|files    file|names from advisories
APPS='
app|3CX|3CX Desktop App|3CXDesktopApp|3CX Desktop App.app
exe|3CX|3CX Desktop App|3CXDesktopApp.exe
file|ffmpeg.dll|d3dcompiler_47.dll|libffmpeg.dylib
'
# --- end of settings ---

DEPTH_MAX=24        # folders below a place
ENTRIES_MAX=500000  # files and folders looked at
LINES_MAX=15000     # of the report
WAIT_SECONDS=5      # until what was asked to end is ended

stop() { printf '%s\n' "$1" >&2; exit 2; }

root=/ app='' name='' really=false
while [ $# -gt 0 ]; do
  case $1 in
    --app) app=${2-}; shift ;;
    --root) root=${2-}; shift ;;
    --name) name=${2-}; shift ;;
    --really) really=true ;;
    *) stop "Unbekannt / unknown: $1" ;;
  esac
  [ $# -gt 0 ] && shift
done
now=$(date +%s)
[ "$EXPIRES" -eq 0 ] || [ "$now" -le "$EXPIRES" ] || stop 'Abgelaufen, neu laden / expired, get a new one.'
root=$(cd -P -- "$root" 2>/dev/null && pwd -P && echo /) || stop 'Kein Ordner / no folder: --root'
root=${root%"$NL"/}
[ "$root" = / ] && root=''

# The folders and packages of the app as patterns without regard to case.
PATTERNS=$(printf '%s\n' "$APPS" | awk -F'|' -v app="$app" '
  function pattern(text,  i, c, made) {
    for (i = 1; i <= length(text); i++) {
      c = substr(text, i, 1)
      if (c ~ /[A-Za-z]/) c = "[" toupper(c) tolower(c) "]"
      else if (c == "*" || c == "?" || c == "[") c = "[" c "]"
      made = made c
    }
    return made
  }
  $1 == "app" && $3 == app { for (i = 4; i <= NF; i++) print pattern($i) }')
[ -n "$PATTERNS" ] || stop "--app? $(printf '%s\n' "$APPS" | awk -F'|' '$1 == "app" { print $3 }')"

# is_app NAME: whether the app has a folder or package of this name.
is_app() {
  set -f
  for pattern in $PATTERNS; do
    # shellcheck disable=SC2254 # It is meant as a pattern.
    case $1 in $pattern) set +f; return 0 ;; esac
  done
  set +f
  return 1
}

# json TEXT: as a JSON text in ASCII. A byte that is no UTF-8 becomes \udcXX, as in Python (PEP 383).
json() {
  printf '%s' "$1" | od -An -v -tu1 | awk '
    { for (i = 1; i <= NF; i++) byte[n++] = $i }
    END {
      printf "\""
      for (i = 0; i < n; i += 1 + more) {
        c = byte[i]
        more = c < 194 || c > 244 ? 0 : c < 224 ? 1 : c < 240 ? 2 : 3
        code = more == 0 ? c : more == 1 ? c - 192 : more == 2 ? c - 224 : c - 240
        bad = c > 127 && more == 0
        for (k = 1; k <= more; k++) {
          if (byte[i + k] < 128 || byte[i + k] > 191) bad = 1
          code = code * 64 + byte[i + k] - 128
        }
        if (more == 2 && (code < 2048 || (code > 55295 && code < 57344))) bad = 1
        if (more == 3 && (code < 65536 || code > 1114111)) bad = 1
        if (bad) { more = 0; printf "\\udc%02x", c }
        else if (c == 34 || c == 92) printf "\\%c", c
        else if (c > 31 && c < 127) printf "%c", c
        else if (code < 65536) printf "\\u%04x", code
        else printf "\\u%04x\\u%04x", 55296 + int((code - 65536) / 1024), 56320 + (code - 65536) % 1024
      }
      printf "\""
    }'
}

lines=0 unread=0 entries=0 act=''
say() { lines=$((lines + 1)); printf '%s\n' "$1"; }
not_read() {
  [ "$act" = delete ] || return 0
  unread=$((unread + 1))
  [ "$lines" -ge "$LINES_MAX" ] || say "{\"type\":\"unread\",\"path\":$(json "${1#"$root"}"),\"why\":\"$2\"}"
}

# step WHAT OUTCOME PATH PID COMMAND DETAIL: what is not there is empty.
step() {
  [ "$lines" -lt "$LINES_MAX" ] || { unread=$((unread + 1)); return; }
  say "{\"type\":\"step\",\"what\":\"$1\",\"outcome\":\"$2\"${3:+,\"path\":$(json "${3#"$root"}")}\
${4:+,\"pid\":$4}${5:+,\"command\":$(json "$5")}${6:+,\"detail\":$(json "$6")}}"
}

# end_all FOLDER: asks what runs from the folder to end, and kills what does not.
end_all() {
  for process in /proc/[0-9]*; do
    program=$(readlink "$process/exe" 2>/dev/null) || continue
    case $program in "$1"/*) ;; *) continue ;; esac
    pid=${process#/proc/}
    if [ $really = false ]; then step stop would "$program" "$pid" '' ''; continue; fi
    kill "$pid" 2>/dev/null
    left=$WAIT_SECONDS
    while [ "$left" -gt 0 ] && runs_from "$1"; do sleep 1; left=$((left - 1)); done
    runs_from "$1" && { kill -9 "$pid" 2>/dev/null; sleep 1; }
    if runs_from "$1"; then step stop failed "$program" "$pid" '' ''; else step stop 'done' "$program" "$pid" '' ''; fi
  done
}

# runs_from FOLDER: whether the process still runs, and from there; a number may have been given to another.
runs_from() {
  case $(readlink "$process/exe" 2>/dev/null) in "$1"/*) return 0 ;; esac
  return 1
}

# delete FOLDER: from inside the folder above it, so that nobody can put a link in the way meanwhile.
delete() {
  if [ $really = false ]; then step delete would "$1" '' '' ''; return; fi
  (
    cd -P -- "${1%/*}" 2>/dev/null && [ "$(pwd -P; echo /)" = "${1%/*}$NL/" ] && rm -rf -- "./${1##*/}" 2>/dev/null
  )
  if [ -e "$1" ] || [ -L "$1" ]; then step delete failed "$1" '' '' ''; else step delete 'done' "$1" '' '' ''; fi
}

# seek FOLDER DEPTH: does what $act says with folders of the app below it. Links are not followed, nor deleted.
seek() {
  if ! [ -r "$1" ] || ! [ -x "$1" ]; then not_read "$1" unreadable; return; fi
  [ "$2" -lt "$DEPTH_MAX" ] || { not_read "$1" limit; return; }
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if ! [ -d "$entry" ] || [ -L "$entry" ]; then continue; fi
    entries=$((entries + 1))
    [ "$entries" -le "$ENTRIES_MAX" ] || { not_read "$1" limit; return; }
    if is_app "${entry##*/}"; then "$act" "$entry"; else seek "$entry" $(($2 + 1)); fi
  done
}

# place FOLDER NAME: one of those in which folders are deleted. A link in its place may be anybody's: it is not
# followed, also when it comes in the way right now.
place() {
  if ! [ -e "$1/$2" ] && [ -x "$1/" ]; then return; fi
  above=$(cd -P -- "$1" 2>/dev/null && pwd -P && echo /) || { not_read "$1" unreadable; return; }
  real=$(cd -P -- "$1/$2" 2>/dev/null && pwd -P && echo /) || { not_read "${1%/}/$2" unreadable; return; }
  above=${above%"$NL"/} real=${real%"$NL"/}
  case $real in
    "$root"/*) if [ "$real" = "${above%/}/$2" ]; then seek "$real" 0; return; fi ;;
  esac
  not_read "${1%/}/$2" link
}

places() {
  place "$root/" opt
  for folder in "$root"/home/* "$root/root"; do
    if [ -d "$folder" ] && ! [ -L "$folder" ]; then place "$folder" .local; fi
  done
  # Homes elsewhere, as the list of accounts says.
  while read -r folder; do
    if [ -n "$folder" ] && [ -d "$root$folder" ]; then place "$root$folder" .local; fi
  done <<LIST
$(awk -F: '$6 ~ "^/." && $6 !~ "^/(home/[^/]*|root)$" { print $6 }' "$root/etc/passwd" 2>/dev/null | sort -u)
LIST
}

# package NAME: removes a package of Debian; not on another disk, since its own scripts run then.
package() {
  command="dpkg --root=$root/ --remove $1"
  if [ -n "$root" ]; then step uninstall by-hand '' '' "$command" ''; return; fi
  if [ $really = false ]; then step uninstall would '' '' "$command" ''; return; fi
  if said=$(dpkg --root="$root/" --remove "$1" 2>&1 </dev/null); then step uninstall 'done' '' '' "$command" ''
  else step uninstall failed '' '' "$command" "$(printf '%s' "$said" | tail -c 500)"; fi
}

packages() {
  while read -r found; do
    is_app "$found" && package "$found"
  done <<LIST
$(awk '/^Package: / { name = $2 } /^Status: / { good = $4 == "installed" }
  /^$/ { if (good) print name; good = 0 } END { if (good) print name }' "$root/var/lib/dpkg/status" 2>/dev/null)
LIST
  for entry in "$root"/var/lib/snapd/snaps/*_*.snap "$root"/var/lib/flatpak/app/*; do
    base=${entry##*/}
    if ! [ -e "$entry" ] || ! is_app "${base%_*.snap}"; then continue; fi
    case $base in *.snap) set -- "snap remove ${base%_*}" ;; *) set -- "flatpak uninstall --system $base" ;; esac
    step uninstall by-hand "$entry" '' "$1" ''
  done
  if [ -z "$root" ] && command -v rpm >/dev/null; then
    while read -r found; do
      is_app "$found" && step uninstall by-hand '' '' "rpm -e $found" ''
    done <<LIST
$(rpm -qa --qf '%{NAME}\n' 2>/dev/null)
LIST
  fi
}

[ -n "$name" ] || name=$({ head -n 1 < "$root/etc/hostname"; } 2>/dev/null)
[ -n "$name" ] || [ -n "$root" ] || name=$(uname -n)
[ -n "$name" ] || stop 'Wie heisst das Geraet / what is the device called? --name'
say "{\"type\":\"report\",\"format\":1,\"script\":\"remove.sh\",\"tenant\":$(json "$TENANT"),\"list\":$(json "$LIST"),\
\"takenAt\":$now,\"platform\":\"linux\",\"hostname\":$(json "$name")}"
say "{\"type\":\"removal\",\"app\":$(json "$app"),\"really\":$really}"
# What runs ends first: a package takes its folder with it.
act=end_all
places
place "$root/usr" lib
packages
act=delete
places
say "{\"type\":\"end\",\"lines\":$lines,\"unread\":$unread}"
