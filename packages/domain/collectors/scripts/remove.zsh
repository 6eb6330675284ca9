#!/bin/zsh -f
# Removes one of the apps named below and prints what it did as a report (docs/collectors.md). macOS. Without
# --really it changes nothing and says what it would do. It ends what runs from the bundles of the app and
# deletes these in /Applications and in Applications of everybody, and nothing else. It uses no network.
#   sudo zsh -f remove.zsh --app '3CX Desktop App' > removal.jsonl
#   sudo zsh -f remove.zsh --app '3CX Desktop App' --really > removal.jsonl
emulate -R zsh
setopt no_unset null_glob glob_dots no_multibyte
export LC_ALL=C PATH=/usr/bin:/bin:/usr/sbin:/sbin
NL=$'\n'

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

stop() { print -r -u2 -- "$1"; exit 2 }

root=/ app='' name='' really=false
while (( $# )); do
  case $1 in
    --app) app=${2-}; shift ;;
    --root) root=${2-}; shift ;;
    --name) name=${2-}; shift ;;
    --really) really=true ;;
    *) stop "Unbekannt / unknown: $1" ;;
  esac
  (( $# )) && shift
done
now=$(date +%s)
(( EXPIRES == 0 || now <= EXPIRES )) || stop 'Abgelaufen, neu laden / expired, get a new one.'
root=$(cd -P -- "$root" 2>/dev/null && pwd -P && echo /) || stop 'Kein Ordner / no folder: --root'
root=${root%"$NL"/}
[[ $root == / ]] && root=''

# The names of its bundles and folders, in lower case.
typeset -A names
for row in ${(f)APPS}; do
  fields=("${(@s:|:)row}")
  [[ $fields[1] == app && $fields[3] == "$app" ]] || continue
  for word in "${(@)fields[4,-1]}"; do names[${(L)word}]=1; done
done
(( $#names )) || stop "--app? $(print -r -- "$APPS" | awk -F'|' '$1 == "app" { print $3 }')"

# json TEXT: sets REPLY to a JSON text in ASCII. A byte that is no UTF-8 becomes \udcXX (Python's PEP 383).
json() {
  local text=$1 made='' character
  local -i at=1 k code more byte bad
  while (( at <= $#text )); do
    character=$text[at]
    (( byte = #character, more = byte < 194 || byte > 244 ? 0 : byte < 224 ? 1 : byte < 240 ? 2 : 3 ))
    (( code = more == 0 ? byte : more == 1 ? byte - 192 : more == 2 ? byte - 224 : byte - 240 ))
    (( bad = byte > 127 && more == 0 ))
    for (( k = 1; k <= more; k++ )); do
      character=${text[at+k]-}
      [[ -n $character ]] && (( #character > 127 && #character < 192 )) || { bad=1; break }
      (( code = code * 64 + #character - 128 ))
    done
    (( more == 2 && (code < 2048 || (code > 55295 && code < 57344)) )) && bad=1
    (( more == 3 && (code < 65536 || code > 1114111) )) && bad=1
    if (( bad )); then more=0; made+=${:-\\udc$(([##16] byte))}
    elif (( byte == 34 || byte == 92 )); then made+="\\$text[at]"
    elif (( byte > 31 && byte < 127 )); then made+=$text[at]
    elif (( code < 65536 )); then made+="\\u${(l:4::0:)$(([##16] code))}"
    else made+="\\u$(([##16] 55296 + (code - 65536) / 1024))\\u$(([##16] 56320 + (code - 65536) % 1024))"
    fi
    (( at += 1 + more ))
  done
  REPLY="\"$made\""
}

integer lines=0 unread=0 entries=0
say() { (( lines += 1 )); print -r -- "$1" }
not_read() {
  [[ $act == delete ]] || return 0
  (( unread += 1 ))
  (( lines < LINES_MAX )) || return 0
  json "${1#$root}"
  say "{\"type\":\"unread\",\"path\":$REPLY,\"why\":\"$2\"}"
}

# step WHAT OUTCOME PATH [PID]
step() {
  (( lines < LINES_MAX )) || { (( unread += 1 )); return 0 }
  json "${3#$root}"
  say "{\"type\":\"step\",\"what\":\"$1\",\"outcome\":\"$2\",\"path\":$REPLY${4:+,\"pid\":$4}}"
}

# running FOLDER: the numbers of what runs from it, by the name of the program or by how it was called.
running() {
  local column line
  for column in comm args; do
    ps -axww -o pid= -o $column= | while read -r line; do
      [[ ${line#* } == "$1"/* ]] && print -r -- "${line%% *}"
    done
  done | sort -un
}

# end_all FOLDER: asks what runs from the folder to end, and kills what does not.
end_all() {
  local pid left
  for pid in ${(f)"$(running "$1")"}; do
    if [[ $really == false ]]; then step stop would "$1" "$pid"; continue; fi
    kill "$pid" 2>/dev/null
    for (( left = WAIT_SECONDS; left > 0; left-- )); do
      [[ $NL$(running "$1")$NL == *$NL$pid$NL* ]] || break
      sleep 1
    done
    if [[ $NL$(running "$1")$NL == *$NL$pid$NL* ]]; then kill -9 "$pid" 2>/dev/null; sleep 1; fi
    if [[ $NL$(running "$1")$NL == *$NL$pid$NL* ]]; then step stop failed "$1" "$pid"
    else step stop done "$1" "$pid"; fi
  done
}

# delete FOLDER: from inside the folder above it, so that nobody can put a link in the way meanwhile.
delete() {
  if [[ $really == false ]]; then step delete would "$1"; return 0; fi
  ( cd -P -- "${1%/*}" 2>/dev/null && [[ "$(pwd -P; echo /)" == "${1%/*}$NL/" ]] && rm -rf -- "./${1##*/}" 2>/dev/null )
  if [[ -e $1 || -L $1 ]]; then step delete failed "$1"; else step delete done "$1"; fi
}

# seek FOLDER DEPTH: does what $act says with bundles of the app below it. Links are not followed, nor deleted.
seek() {
  local entry
  [[ -r $1 && -x $1 ]] || { not_read "$1" unreadable; return 0 }
  (( $2 < DEPTH_MAX )) || { not_read "$1" limit; return 0 }
  for entry in "$1"/*(/oN); do
    (( (entries += 1) <= ENTRIES_MAX )) || { not_read "$1" limit; return 0 }
    if (( $+names[${(L)entry:t}] )); then $act "$entry"; else seek "$entry" $(( $2 + 1 )); fi
  done
}

# place FOLDER NAME: one of those in which bundles are deleted. A link in its place may be anybody's: it is not
# followed, also when it comes in the way right now.
place() {
  local above real
  if [[ ! -e $1/$2 && -x $1/ ]]; then return 0; fi
  above=$(cd -P -- "$1" 2>/dev/null && pwd -P && echo /) || { not_read "$1" unreadable; return 0 }
  real=$(cd -P -- "$1/$2" 2>/dev/null && pwd -P && echo /) || { not_read "${1%/}/$2" unreadable; return 0 }
  above=${above%"$NL"/} real=${real%"$NL"/}
  if [[ $real == "$root"/* && $real == "${above%/}/$2" ]]; then seek "$real" 0; else not_read "${1%/}/$2" link; fi
}

places() {
  local user
  place "$root/" Applications
  for user in "$root"/Users/*(/); do place "$user" Applications; done
}

if [[ -z $root && -z $name ]]; then name=$(scutil --get LocalHostName 2>/dev/null || uname -n); fi
[[ -n $name ]] || stop 'Wie heisst das Geraet / what is the device called? --name'
json "$TENANT"; line="{\"type\":\"report\",\"format\":1,\"script\":\"remove.zsh\",\"tenant\":$REPLY"
json "$LIST"; line+=",\"list\":$REPLY,\"takenAt\":$now,\"platform\":\"macos\""
json "$name"; say "$line,\"hostname\":$REPLY}"
json "$app"; say "{\"type\":\"removal\",\"app\":$REPLY,\"really\":$really}"
act=end_all
places
act=delete
places
say "{\"type\":\"end\",\"lines\":$lines,\"unread\":$unread}"
