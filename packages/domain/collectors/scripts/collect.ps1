# Looks for the apps named below and prints what it found as a report (docs/collectors.md). Windows PowerShell
# 5.1 and PowerShell 7, also in constrained language mode. It changes nothing, executes nothing it finds,
# follows no link, and uses the network only with -Upload. Run it as an administrator, or as SYSTEM.
#   powershell -NoProfile -File collect.ps1 -Output report.jsonl
#   powershell -NoProfile -File collect.ps1 -Root E:\ -Name HOSTNAME -Output report.jsonl      another disk
#   powershell -NoProfile -File collect.ps1 -Upload     sends it to $Server; $env:RUFWERK_TOKEN is good once
[CmdletBinding()]
param([string]$Root = '', [string]$Name = '', [string]$Output = '', [switch]$Upload)
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

# --- settings: data only; the server writes them when it signs this script ---
$Server = ''
$Tenant = ''
$Expires = '0'
$List = 'unsigned'
# app|vendor|product|folders, bundles and packages    exe|vendor|product|files    file|names from advisories
$Apps = '
app|3CX|3CX Desktop App|3CXDesktopApp|3CX Desktop App.app
exe|3CX|3CX Desktop App|3CXDesktopApp.exe
file|ffmpeg.dll|d3dcompiler_47.dll|libffmpeg.dylib
'
# --- end of settings ---

$DepthMax = 24           # folders below a place
$EntriesMax = 2000000    # files and folders looked at
$BytesMax = 1073741824   # of a file whose checksum is taken
$TotalMax = 8589934592   # of all of them
$LinesMax = 15000        # of the report
$VersionMax = 200        # characters of a version

function Stop-Here([string]$Sentence) { Write-Warning $Sentence; exit 2 }

$Now = [int64]((Get-Date).ToUniversalTime() - [datetime]'1970-01-01').TotalSeconds
if ([int64]$Expires -ne 0 -and $Now -gt [int64]$Expires) { Stop-Here 'Abgelaufen, neu laden / expired, get a new one.' }
if ($env:PROCESSOR_ARCHITEW6432) { Stop-Here 'Bitte mit 64 Bit starten / start the 64-bit PowerShell.' }
$IsLive = $Root -eq ''
if ($IsLive) { $Root = "$env:SystemDrive\"; if ($Name -eq '') { $Name = $env:COMPUTERNAME } }
if (-not (Test-Path -LiteralPath $Root -PathType Container)) { Stop-Here 'Kein Ordner / no folder: -Root' }
$Root = (Resolve-Path -LiteralPath $Root).ProviderPath.TrimEnd('\') + '\'
if ($Name -eq '') { Stop-Here 'Wie heisst das Geraet / what is the device called? -Name' }
if ($Upload -and $env:RUFWERK_TOKEN -notmatch '^[A-Za-z0-9._~-]+$') { Stop-Here 'RUFWERK_TOKEN?' }

# Names, whatever their case, with vendor and product: of folders, of programs, and of files.
$Folders = @{}; $Programs = @{}; $Wanted = @{}
foreach ($row in ($Apps -split '\r?\n')) {
  $fields = @($row -split '\|')
  $last = $fields.Count - 1
  switch ($fields[0]) {
    'app' { foreach ($word in $fields[3..$last]) { $Folders[$word] = @($fields[1], $fields[2]) } }
    'exe' { foreach ($word in $fields[3..$last]) { $Programs[$word] = @($fields[1], $fields[2]) } }
    'file' { foreach ($word in $fields[1..$last]) { $Wanted[$word] = $true } }
  }
}

$Lines = 0; $Unread = 0; $Entries = 0; $Number = 0; $Files = 0; $Total = [int64]0
$Versions = @{}

# A line of the report: JSON in ASCII, whatever is in it.
function Write-Line($Fields) {
  $script:Lines++
  $json = ConvertTo-Json -Compress -InputObject $Fields
  if ($json -notmatch '[^\x20-\x7e]') { return $json }
  $made = ''
  foreach ($character in $json.ToCharArray()) {
    $code = [int]$character
    if ($code -gt 31 -and $code -lt 127) { $made += $character } else { $made += '\u{0:x4}' -f $code }
  }
  return $made
}

# Of another disk the path from its root.
function Get-Shown([string]$Path) {
  if ($IsLive -or $Path.Length -lt $Root.Length) { return $Path }
  return '\' + $Path.Substring($Root.Length).TrimStart('\')
}

# Something that may hold what is looked for.
function Write-Unread([string]$Path, [string]$Why) {
  $script:Unread++
  if ($Lines -lt $LinesMax) { Write-Line ([ordered]@{ type = 'unread'; path = (Get-Shown $Path); why = $Why }) }
}

function Write-Installation([int]$Of, [string]$Path, $App, [string]$Version) {
  if ($Lines -ge $LinesMax) { $script:Unread++; return }
  $line = [ordered]@{ type = 'installation'; number = $Of; path = (Get-Shown $Path) }
  $line.vendor = $App[0]; $line.product = $App[1]
  if ($Version -ne '' -and $Version.Length -le $VersionMax) { $line.version = $Version }
  Write-Line $line
}

# A file whose checksum is wanted. $Of: number of its installation, 0 for none.
function Write-File($File, [int]$Of) {
  if ($Lines -ge $LinesMax) { $script:Unread++; return }
  $script:Files++
  $script:Total += $File.Length
  $line = [ordered]@{ type = 'file'; of = $Of; path = (Get-Shown $File.FullName) }
  if ($File.Length -gt $BytesMax -or $Total -gt $TotalMax) { $line.problem = 'limit' }
  else {
    try {
      $sum = (Get-FileHash -LiteralPath $File.FullName -Algorithm SHA256 -ErrorAction Stop).Hash
      $line.bytes = $File.Length
      $line.sha256 = "$sum".ToLower()
    } catch { $line.problem = 'unreadable' }
  }
  Write-Line $line
}

# What a program says of its version; the first one of an installation counts.
function Add-Version([int]$Of, $File) {
  if ($Versions.ContainsKey($Of)) { return }
  $version = "$($File.VersionInfo.ProductVersion)".Trim()
  if ($version -ne '') { $Versions[$Of] = $version }
}

function Test-Link($Entry) { return "$($Entry.Attributes)" -match 'ReparsePoint' }

# $Folder and what is below it. $Of: number of the installation that it belongs to, 0 for none, -1 where each
# version has a folder of its own. $App: vendor and product, when it is in an app.
function Find-Below([string]$Folder, [int]$Depth, [int]$Of, $App) {
  if ($Depth -ge $DepthMax) { Write-Unread $Folder 'limit'; return }
  try { $children = @(Get-ChildItem -LiteralPath $Folder -Force) } catch { Write-Unread $Folder 'unreadable'; return }
  foreach ($entry in $children) {
    $script:Entries++
    if ($Entries -gt $EntriesMax) { Write-Unread $Folder 'limit'; return }
    $base = $entry.Name
    $isNamed = $Programs.ContainsKey($base) -or $Wanted.ContainsKey($base)
    if (Test-Link $entry) {
      if ($isNamed -or $Folders.ContainsKey($base)) { Write-Unread $entry.FullName 'link' }
    } elseif ($entry.PSIsContainer) { Find-InFolder $entry ($Depth + 1) $Of $App }
    elseif ($Of -eq 0 -and $Programs.ContainsKey($base)) {
      $script:Number++
      $new = $Number
      Write-File $entry $new
      Add-Version $new $entry
      Write-Installation $new $Folder $Programs[$base] "$($Versions[$new])"
    } elseif ($isNamed -or ($Of -ne 0 -and $base -match '\.(exe|dll|msi|node|asar|nupkg)$')) {
      if ($Of -gt 0) { Write-File $entry $Of } else { Write-File $entry 0 }
      if ($Of -gt 0 -and $Programs.ContainsKey($base)) { Add-Version $Of $entry }
    }
  }
}

# Goes into a folder; the other arguments are those of the folder above, and the depth of this one.
function Find-InFolder($Entry, [int]$Depth, [int]$Of, $App) {
  $path = $Entry.FullName
  $isVersion = $Of -eq -1 -and $Entry.Name -match '^app-[0-9]'
  if (-not $isVersion) {
    if ($Of -ne 0 -or -not $Folders.ContainsKey($Entry.Name)) { Find-Below $path $Depth $Of $App; return }
    $App = $Folders[$Entry.Name]
    $children = @(Get-ChildItem -LiteralPath $path -Force -Directory -ErrorAction SilentlyContinue)
    if (@($children | Where-Object { $_.Name -match '^app-[0-9]' }).Count) { Find-Below $path $Depth (-1) $App; return }
  }
  $script:Number++
  $new = $Number
  $before = $Files + $Unread
  if ($isVersion) { $Versions[$new] = $Entry.Name.Substring(4) }
  Find-Below $path $Depth $new $App
  # What is left after an app was removed holds no code, and is no installation.
  if ($Files + $Unread -ne $before) { Write-Installation $new $path $App "$($Versions[$new])" }
}

function Write-Place([string]$Id, [string]$Path, [string]$State) {
  Write-Line ([ordered]@{ type = 'place'; id = $Id; path = (Get-Shown $Path); state = $State })
}

# One of the places where apps live.
function Find-InPlace([string]$Id, [string]$Path) {
  # From the root down: a folder that is not in the list of the one above is not there.
  $at = $Root
  if (-not $Path.StartsWith($Root)) { $at = (Split-Path -Qualifier $Path) + '\' }
  foreach ($step in ($Path.Substring($at.Length) -split '\\' | Where-Object { $_ -ne '' })) {
    try { $next = @(Get-ChildItem -LiteralPath $at -Force -Directory | Where-Object { $_.Name -eq $step }) }
    catch { Write-Place $Id $Path 'unreadable'; return }
    if ($next.Count -eq 0) { Write-Place $Id $Path 'absent'; return }
    if (Test-Link $next[0]) { Write-Place $Id $Path 'link'; return }
    $at = $next[0].FullName
  }
  $before = $Unread
  Find-Below $at 0 0 $null
  if ($Unread -eq $before) { Write-Place $Id $Path 'read' } else { Write-Place $Id $Path 'part' }
}

# The folder for programs of everybody, also of those whose home is somewhere else.
function Find-InHomes([string]$Users) {
  $homes = @()
  try {
    $people = @(Get-ChildItem -LiteralPath $Users -Force -Directory | Where-Object { -not (Test-Link $_) })
    $homes += @($people | ForEach-Object { $_.FullName })
    if ($people.Count -eq 0) { Write-Place 'user-programs' $Users 'absent' }
    if ($IsLive) {
      $profiles = @(Get-ChildItem -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList')
      $homes += @($profiles | ForEach-Object { "$((Get-ItemProperty -LiteralPath $_.PSPath).ProfileImagePath)" })
    }
  } catch { Write-Place 'user-programs' $Users 'unreadable' }
  foreach ($folder in ($homes | Where-Object { $_ -match '^[A-Za-z]:\\' -or -not $IsLive } | Sort-Object -Unique)) {
    Find-InPlace 'user-programs' (Join-Path $folder 'AppData\Local\Programs')
  }
}

# A value of a key as a text; of one that is not there it is empty.
function Get-Value($Key, [string]$Value) {
  if (@($Key.Property) -notcontains $Value) { return '' }
  try { return "$((Get-ItemProperty -LiteralPath $Key.PSPath -Name $Value).$Value)".Trim() }
  catch { $script:Unread++; return '' }
}

# Installations that are written in the registry: with the name of the product, or the key of a folder's name.
function Find-InRegistry([string]$Id, [string[]]$Keys) {
  $state = 'read'
  foreach ($key in $Keys) {
    $children = @()
    try { if (Test-Path -LiteralPath $key) { $children = @(Get-ChildItem -LiteralPath $key) } }
    catch { $state = 'unreadable' }
    foreach ($child in $children) {
      $shown = Get-Value $child 'DisplayName'
      $version = Get-Value $child 'DisplayVersion'
      $app = $Folders[$child.PSChildName]
      foreach ($known in $Folders.Values) {
        if ($shown -match ('^' + [regex]::Escape($known[1]) + '( [0-9].*)?$')) { $app = $known }
      }
      if ($app) { $script:Number++; Write-Installation $Number "$($child.Name)" $app $version }
    }
  }
  Write-Place $Id ($Keys -join ' ') $state
}

function Write-Report {
  $head = [ordered]@{ type = 'report'; format = 1; script = 'collect.ps1'; tenant = $Tenant; list = $List }
  $head.takenAt = $Now; $head.platform = 'windows'; $head.hostname = $Name
  if ($IsLive) {
    try {
      $head.serial = "$((Get-CimInstance -ClassName Win32_BIOS).SerialNumber)"
      $head.platformVersion = "$((Get-CimInstance -ClassName Win32_OperatingSystem).Version)"
    } catch { Write-Verbose 'CIM' }
  }
  Write-Line $head
  $sought = @{}
  foreach ($known in $Folders.Values) { $sought[$known[1]] = $true }
  foreach ($known in $Programs.Values) { $sought[$known[1]] = $true }
  foreach ($product in ($sought.Keys | Sort-Object)) {
    Write-Line ([ordered]@{ type = 'sought'; product = $product })
  }
  foreach ($file in ($Programs.Keys | Sort-Object)) { Write-Line ([ordered]@{ type = 'sought'; file = $file }) }
  foreach ($file in ($Wanted.Keys | Sort-Object)) { Write-Line ([ordered]@{ type = 'sought'; file = $file }) }
  $programs64 = Join-Path $Root 'Program Files'
  $programs32 = Join-Path $Root 'Program Files (x86)'
  if ($IsLive -and $env:ProgramFiles) { $programs64 = $env:ProgramFiles }
  if ($IsLive -and ${env:ProgramFiles(x86)}) { $programs32 = ${env:ProgramFiles(x86)} }
  Find-InPlace 'program-files' $programs64
  Find-InPlace 'program-files-x86' $programs32
  Find-InHomes (Join-Path $Root 'Users')
  if ($IsLive) {
    $uninstall = 'Microsoft\Windows\CurrentVersion\Uninstall'
    Find-InRegistry 'uninstall-machine' @("HKLM:\SOFTWARE\$uninstall", "HKLM:\SOFTWARE\WOW6432Node\$uninstall")
    $hives = @(Get-ChildItem -LiteralPath 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue)
    Find-InRegistry 'uninstall-users' @($hives | ForEach-Object { "Registry::$($_.Name)\SOFTWARE\$uninstall" })
  } else {
    Write-Place 'uninstall-machine' (Join-Path $Root 'Windows\System32\config\SOFTWARE') 'unreadable'
    Write-Place 'uninstall-users' (Join-Path $Root 'Users') 'unreadable'
  }
  Write-Line ([ordered]@{ type = 'end'; lines = $Lines; unread = $Unread })
}

$report = @(Write-Report)
if ($Output -ne '') { $report | Set-Content -LiteralPath $Output -Encoding Ascii } elseif (-not $Upload) { $report }
if ($Upload) {
  # The one command that uses the network. The token is on no command line.
  $answer = Invoke-WebRequest -UseBasicParsing -Method Post -Uri $Server -Body ($report -join "`n") -TimeoutSec 120 `
    -ContentType 'application/x-ndjson' -MaximumRedirection 0 -Headers @{ Authorization = "Bearer $env:RUFWERK_TOKEN" }
  "$($answer.StatusCode)"
}
