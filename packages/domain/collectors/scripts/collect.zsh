#!/bin/zsh -f
# Looks for the apps named below and prints what it found as a report (docs/collectors.md). macOS. It changes
# nothing, executes nothing it finds, follows no link out of the root, and uses the network only with --upload.
#   sudo zsh -f collect.zsh > report.jsonl
#   sudo zsh -f collect.zsh --root /Volumes/Disk [--name HOSTNAME]
#   read -r RUFWERK_TOKEN; export RUFWERK_TOKEN       the token is good once; then it is sent to SERVER:
#   sudo --preserve-env=RUFWERK_TOKEN zsh -f collect.zsh --upload
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

DEPTH_MAX=24           # folders below a place
ENTRIES_MAX=2000000    # files and folders looked at
BYTES_MAX=1073741824   # of a file whose checksum is taken
TOTAL_MAX=8589934592   # of all of them
LINES_MAX=15000        # of the report
VERSION_MAX=200        # characters of a version

stop() { print -r -u2 -- "$1"; exit 2 }

root=/ name='' upload=no
while (( $# )); do
  case $1 in
    --root) root=${2-}; shift ;;
    --name) name=${2-}; shift ;;
    --upload) upload=yes ;;
    *) stop "Unbekannt / unknown: $1" ;;
  esac
  (( $# )) && shift
done
now=$(date +%s)
(( EXPIRES == 0 || now <= EXPIRES )) || stop 'Abgelaufen, neu laden / expired, get a new one.'
root=$(cd -P -- "$root" 2>/dev/null && pwd -P && echo /) || stop 'Kein Ordner / no folder: --root'
root=${root%"$NL"/}
[[ $root == / ]] && root=''

# Names in lower case, with vendor and product: of folders, of programs, and of files.
typeset -A folders programs wanted sought
for row in ${(f)APPS}; do
  fields=("${(@s:|:)row}")
  case $fields[1] in
    app) for word in "${(@)fields[4,-1]}"; do folders[${(L)word}]="$fields[2]|$fields[3]"; done ;;
    exe) for word in "${(@)fields[4,-1]}"; do programs[${(L)word}]="$fields[2]|$fields[3]"; done ;;
    file) for word in "${(@)fields[2,-1]}"; do wanted[${(L)word}]=1; done ;;
  esac
done

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

integer lines=0 unread=0 entries=0 number=0 files=0 total=0
say() { (( lines += 1 )); print -r -- "$1" }

# not_read PATH WHY: something that may hold what is looked for.
not_read() {
  (( unread += 1 ))
  (( lines < LINES_MAX )) || return 0
  json "${1#$root}"
  say "{\"type\":\"unread\",\"path\":$REPLY,\"why\":\"$2\"}"
}

# installation NUMBER PATH VENDOR|PRODUCT VERSION: what is longer than VERSION_MAX is no version.
installation() {
  (( lines < LINES_MAX )) || { (( unread += 1 )); return 0 }
  json "${2#$root}"; local line="{\"type\":\"installation\",\"number\":$1,\"path\":$REPLY"
  json "${3%%|*}"; line+=",\"vendor\":$REPLY"
  json "${3#*|}"; line+=",\"product\":$REPLY"
  [[ -n $4 ]] && (( $#4 <= VERSION_MAX )) && { json "$4"; line+=",\"version\":$REPLY" }
  say "$line}"
}

if (( $+commands[sha256sum] )); then checksum() { sha256sum }
else checksum() { shasum -a 256 }
fi

# a_file PATH NUMBER: one whose checksum is wanted; NUMBER is that of its installation, 0 for none.
a_file() {
  (( lines < LINES_MAX )) || { (( unread += 1 )); return 0 }
  (( files += 1 ))
  json "${1#$root}"
  local line="{\"type\":\"file\",\"of\":$2,\"path\":$REPLY" sum
  local -i bytes
  sum=$( { wc -c < "$1" } 2>/dev/null )
  (( bytes = ${sum:-0}, total += bytes ))
  if (( bytes > BYTES_MAX || total > TOTAL_MAX )); then say "$line,\"problem\":\"limit\"}"; return 0; fi
  sum=$( { checksum < "$1" } 2>/dev/null )
  sum=${sum%% *}
  if (( $#sum == 64 )); then say "$line,\"bytes\":$bytes,\"sha256\":\"$sum\"}"
  else say "$line,\"problem\":\"unreadable\"}"; fi
}

# plist FILE KEY: the text of a key in a property list; of a binary one, where macOS itself can write it as XML.
plist() {
  { [[ -x /usr/bin/plutil ]] && plutil -convert xml1 -o - -- "$1" || dd bs=65536 count=1 < "$1" } 2>/dev/null |
    awk -v key="<key>$2</key>" '
      at = index($0, key) { $0 = substr($0, at + length(key)); seen = 1 }
      seen && match($0, /<string>[^<]*<\/string>/) { print substr($0, RSTART + 8, RLENGTH - 17); exit }' 2>/dev/null
}

# walk FOLDER DEPTH NUMBER: FOLDER and what is below it; NUMBER of the installation that it belongs to, or 0.
walk() {
  local entry base of
  [[ -r $1 && -x $1 ]] || { not_read "$1" unreadable; return 0 }
  (( $2 < DEPTH_MAX )) || { not_read "$1" limit; return 0 }
  for entry in "$1"/*(oN); do
    (( (entries += 1) <= ENTRIES_MAX )) || { not_read "$1" limit; return 0 }
    base=${(L)entry:t}
    if [[ -L $entry ]]; then
      (( $+folders[$base] || $+programs[$base] || $+wanted[$base] )) && not_read "$entry" link
    elif [[ -d $entry ]]; then
      if (( $3 == 0 && $+folders[$base] )); then an_app "$entry" "$2" "$folders[$base]"
      else walk "$entry" $(( $2 + 1 )) "$3"; fi
    elif [[ -f $entry ]]; then
      if (( $3 == 0 && $+programs[$base] )); then
        of=$(( number += 1 ))
        a_file "$entry" "$of"
        installation "$of" "$1" "$programs[$base]" ''
      elif (( $+programs[$base] || $+wanted[$base] )) || { (( $3 )) && is_code "$entry" }; then
        a_file "$entry" "$3"
      fi
    fi
  done
}

# an_app PATH DEPTH VENDOR|PRODUCT: goes into it.
an_app() {
  local -i of=$(( number += 1 )) before=$(( files + unread ))
  walk "$1" $(( $2 + 1 )) "$of"
  # What is left after an app was removed holds no code, and is no installation.
  (( files + unread == before )) || installation "$of" "$1" "$3" "$(plist "$1/Contents/Info.plist" CFBundleShortVersionString)"
}

# is_code FILE: what an app runs, by its name or its right to be run.
is_code() { [[ ${(L)1} == *.(dylib|so|node|asar|exe|dll) || -x $1 ]] }

place() { json "${2#$root}"; say "{\"type\":\"place\",\"id\":\"$1\",\"path\":$REPLY,\"state\":\"$3\"}" }

# look ID FOLDER: one of the places where apps live.
look() {
  local above=${2%/*} real
  local -i before=$unread
  if [[ ! -e $2 && ! -L $2 ]]; then
    # Without the right to look in, "it is not there" cannot be said.
    while [[ -n $above && ! -d $above ]]; do above=${above%/*}; done
    if [[ -x $above/ ]]; then place "$1" "$2" absent; else place "$1" "$2" unreadable; fi
    return 0
  fi
  real=$(cd -P -- "$2" 2>/dev/null && pwd -P && echo /) || { place "$1" "$2" unreadable; return 0 }
  real=${real%"$NL"/}
  [[ $real == "$root"/* ]] || { place "$1" "$2" link; return 0 }
  walk "$real" 0 0
  if (( unread == before )); then place "$1" "$2" read; else place "$1" "$2" part; fi
}

# each_user ID BELOW: the same place in the folder of everybody.
each_user() {
  local user
  local -i people=0
  for user in "$root"/Users/*(/); do (( people += 1 )); look "$1" "$user/$2"; done
  if [[ -e $root/Users && ! -r $root/Users ]]; then place "$1" "$root/Users" unreadable
  elif (( people == 0 )); then place "$1" "$root/Users" absent; fi
}

report() {
  local version serial='' line
  version=$(plist "$root/System/Library/CoreServices/SystemVersion.plist" ProductVersion)
  if [[ -z $root ]]; then
    [[ -n $name ]] || name=$(scutil --get LocalHostName 2>/dev/null || uname -n)
    serial=$(ioreg -rd1 -c IOPlatformExpertDevice 2>/dev/null | awk -F'"' '/IOPlatformSerialNumber/ { print $4; exit }')
  fi
  [[ -n $name ]] || stop 'Wie heisst das Geraet / what is the device called? --name'
  json "$TENANT"; line="{\"type\":\"report\",\"format\":1,\"script\":\"collect.zsh\",\"tenant\":$REPLY"
  json "$LIST"; line+=",\"list\":$REPLY,\"takenAt\":$now,\"platform\":\"macos\""
  json "$name"; line+=",\"hostname\":$REPLY"
  [[ -n $version ]] && { json "$version"; line+=",\"platformVersion\":$REPLY" }
  [[ -n $serial ]] && { json "$serial"; line+=",\"serial\":$REPLY" }
  say "$line}"
  for line in ${(u)${(@)${(@v)folders}#*|}} ${(u)${(@)${(@v)programs}#*|}}; do sought[$line]=1; done
  for line in ${(ko)sought}; do json "$line"; say "{\"type\":\"sought\",\"product\":$REPLY}"; done
  for line in ${(ko)programs} ${(ko)wanted}; do json "$line"; say "{\"type\":\"sought\",\"file\":$REPLY}"; done
  look applications "$root/Applications"
  look library "$root/Library/Application Support"
  each_user user-applications Applications
  each_user user-library 'Library/Application Support'
  say "{\"type\":\"end\",\"lines\":$lines,\"unread\":$unread}"
}

if [[ $upload == no ]]; then report; exit; fi
[[ -n ${RUFWERK_TOKEN-} && $RUFWERK_TOKEN != *[^A-Za-z0-9._~-]* ]] || stop 'RUFWERK_TOKEN?'
body=$(report) || exit
# The one command that uses the network. The token is on no command line.
print -r -- "$body" | curl -q --fail --silent --show-error --max-time 120 --data-binary @- \
  --header 'Content-Type: application/x-ndjson' --header @/dev/fd/3 -- "$SERVER" 3<<TOKEN
Authorization: Bearer $RUFWERK_TOKEN
TOKEN
