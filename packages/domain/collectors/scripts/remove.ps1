# Removes one of the apps named below and prints what it did as a report (docs/collectors.md). Windows
# PowerShell 5.1 and PowerShell 7. Without -Really it changes nothing and says what it would do. It ends what
# runs from the folders of the app, calls its quiet uninstaller, and deletes its folders in both folders for
# programs and in AppData\Local\Programs of everybody, and nothing else. It uses no network.
#   powershell -NoProfile -File remove.ps1 -App '3CX Desktop App' -Output removal.jsonl
#   powershell -NoProfile -File remove.ps1 -App '3CX Desktop App' -Really -Output removal.jsonl
[CmdletBinding()]
param([string]$App = '', [string]$Output = '', [switch]$Really)
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

$DepthMax = 24         # folders below a place
$EntriesMax = 500000   # folders looked at
$LinesMax = 15000      # of the report
$WaitSeconds = 5       # until what was ended is gone

function Stop-Here([string]$Sentence) { Write-Warning $Sentence; exit 2 }

$Now = [int64]((Get-Date).ToUniversalTime() - [datetime]'1970-01-01').TotalSeconds
if ([int64]$Expires -ne 0 -and $Now -gt [int64]$Expires) { Stop-Here 'Abgelaufen, neu laden / expired, get a new one.' }
if ($env:PROCESSOR_ARCHITEW6432) { Stop-Here 'Bitte mit 64 Bit starten / start the 64-bit PowerShell.' }

# The names of its folders and packages, whatever their case.
$Names = @{}
foreach ($row in ($Apps -split '\r?\n')) {
  $fields = @($row -split '\|')
  if ($fields[0] -ne 'app' -or $fields[2] -ne $App) { continue }
  foreach ($word in $fields[3..($fields.Count - 1)]) { $Names[$word] = $true }
}
if ($Names.Count -eq 0) { Stop-Here "-App? $Apps" }
$Shown = '^' + [regex]::Escape($App) + '( [0-9].*)?$'

$Lines = 0; $Unread = 0; $Entries = 0

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

function Write-Unread([string]$Path, [string]$Why) {
  $script:Unread++
  if ($Lines -lt $LinesMax) { Write-Line ([ordered]@{ type = 'unread'; path = $Path; why = $Why }) }
}

# What is not there is empty, or 0.
function Write-Step([string]$What, [string]$Outcome, [string]$Path, [int]$Id, [string]$Command, [string]$Detail) {
  if ($Lines -ge $LinesMax) { $script:Unread++; return }
  $line = [ordered]@{ type = 'step'; what = $What; outcome = $Outcome }
  if ($Path -ne '') { $line.path = $Path }
  if ($Id -ne 0) { $line.pid = $Id }
  if ($Command -ne '') { $line.command = $Command }
  if ($Detail.Length -gt 500) { $Detail = $Detail.Substring(0, 500) }
  if ($Detail -ne '') { $line.detail = $Detail }
  Write-Line $line
}

function Test-Link($Entry) { return "$($Entry.Attributes)" -match 'ReparsePoint' }

# Whether the folder or one above it is a link.
function Test-LinkAbove([string]$Path) {
  while ($Path.Length -gt 3) {
    if (Test-Link (Get-Item -LiteralPath $Path -Force)) { return $true }
    $Path = Split-Path -Parent $Path
  }
  return $false
}

# The folders of the app below a folder, as texts. Links are not followed.
function Get-AppFolder([string]$Folder, [int]$Depth) {
  if ($Depth -ge $DepthMax) { return }
  foreach ($entry in @(Get-ChildItem -LiteralPath $Folder -Force -Directory -ErrorAction SilentlyContinue)) {
    $script:Entries++
    if ($Entries -gt $EntriesMax) { return }
    if (Test-Link $entry) { continue }
    if ($Names.ContainsKey($entry.Name)) { $entry.FullName } else { Get-AppFolder $entry.FullName ($Depth + 1) }
  }
}

# Ends what runs from a folder.
function Stop-FromFolder([string]$Folder) {
  $below = $Folder.ToLower() + '\'
  foreach ($process in @(Get-Process | Where-Object { "$($_.Path)".ToLower().StartsWith($below) })) {
    if (-not $Really) { Write-Step 'stop' 'would' "$($process.Path)" $process.Id '' ''; continue }
    $path = "$($process.Path)"
    $detail = ''
    try {
      Stop-Process -Id $process.Id -Force
      Wait-Process -Id $process.Id -Timeout $WaitSeconds -ErrorAction SilentlyContinue
    } catch { $detail = "$_" }
    $isGone = -not (Get-Process -Id $process.Id -ErrorAction SilentlyContinue)
    $outcome = if ($isGone) { 'done' } else { 'failed' }
    Write-Step 'stop' $outcome $path $process.Id '' $detail
  }
}

# Runs the uninstaller of a key of the machine, which only administrators can write.
function Invoke-Uninstaller($Key) {
  $program = ''; $arguments = ''
  if ($Key.PSChildName -match '^\{[0-9A-Fa-f-]{36}\}$' -and "$(Get-Value $Key 'WindowsInstaller')" -eq '1') {
    $program = Join-Path $env:SystemRoot 'System32\msiexec.exe'
    $arguments = "/x $($Key.PSChildName) /qn /norestart"
  } elseif ((Get-Value $Key 'QuietUninstallString') -match '^\s*(?:"([^"]+\.exe)"|(\S+\.exe))\s*(.*)$') {
    $program = "$($Matches[1])$($Matches[2])"
    $arguments = "$($Matches[3])"
  }
  $command = "$program $arguments".Trim()
  if ($program -eq '') { Write-Step 'uninstall' 'by-hand' $Key.Name 0 (Get-Value $Key 'UninstallString') ''; return }
  if (-not $Really) { Write-Step 'uninstall' 'would' $Key.Name 0 $command ''; return }
  try {
    $started = @{ FilePath = $program; Wait = $true; PassThru = $true; WindowStyle = 'Hidden' }
    if ($arguments -ne '') { $started.ArgumentList = $arguments }
    $code = (Start-Process @started).ExitCode
    # 1605: it is not installed any more; 1641 and 3010: done after a restart.
    $outcome = if (@(0, 1605, 1641, 3010) -contains $code) { 'done' } else { 'failed' }
    Write-Step 'uninstall' $outcome $Key.Name 0 $command "$code"
  } catch { Write-Step 'uninstall' 'failed' $Key.Name 0 $command "$_" }
}

# Deletes a folder without links in it: what is behind a link is not of the app.
function Remove-AppFolder([string]$Folder) {
  if (-not $Really) { Write-Step 'delete' 'would' $Folder 0 '' ''; return }
  $detail = ''
  try {
    $links = @(Get-ChildItem -LiteralPath $Folder -Recurse -Force | Where-Object { Test-Link $_ })
    if ($links.Count -gt 0) { $detail = "link: $($links[0].FullName)" } else { Remove-Item -LiteralPath $Folder -Recurse -Force }
  } catch { $detail = "$_" }
  if (Test-Path -LiteralPath $Folder) { Write-Step 'delete' 'failed' $Folder 0 '' $detail }
  else { Write-Step 'delete' 'done' $Folder 0 '' '' }
}

# The key of somebody whose app was no MSI is only a note once its folder is gone. A command that stands in it
# is never run: that person could have written it.
function Remove-UserKey($Key) {
  if ("$(Get-Value $Key 'WindowsInstaller')" -eq '1') {
    Write-Step 'uninstall' 'by-hand' $Key.Name 0 "msiexec /x $($Key.PSChildName) /qn" ''
    return
  }
  if (-not $Really) { Write-Step 'delete' 'would' $Key.Name 0 '' ''; return }
  $detail = ''
  try { Remove-Item -LiteralPath $Key.PSPath -Recurse -Force } catch { $detail = "$_" }
  if (Test-Path -LiteralPath $Key.PSPath) { Write-Step 'delete' 'failed' $Key.Name 0 '' $detail }
  else { Write-Step 'delete' 'done' $Key.Name 0 '' '' }
}

# A value of a key as a text; of one that is not there it is empty.
function Get-Value($Key, [string]$Value) {
  if (@($Key.Property) -notcontains $Value) { return '' }
  try { return "$((Get-ItemProperty -LiteralPath $Key.PSPath -Name $Value).$Value)".Trim() }
  catch { $script:Unread++; return '' }
}

# Keys of the app: with the name of the product, or with that of one of its folders.
function Get-AppKey([string[]]$Keys) {
  foreach ($key in $Keys) {
    foreach ($child in @(Get-ChildItem -LiteralPath $key -ErrorAction SilentlyContinue)) {
      if ($Names.ContainsKey($child.PSChildName) -or (Get-Value $child 'DisplayName') -match $Shown) { $child }
    }
  }
}

function Write-Removal {
  $head = [ordered]@{ type = 'report'; format = 1; script = 'remove.ps1'; tenant = $Tenant; list = $List }
  $head.takenAt = $Now; $head.platform = 'windows'; $head.hostname = "$env:COMPUTERNAME"
  Write-Line $head
  Write-Line ([ordered]@{ type = 'removal'; app = $App; really = [bool]$Really })
  $places = @($env:ProgramFiles, ${env:ProgramFiles(x86)})
  $users = Join-Path "$env:SystemDrive\" 'Users'
  foreach ($person in @(Get-ChildItem -LiteralPath $users -Force -Directory | Where-Object { -not (Test-Link $_) })) {
    $places += Join-Path $person.FullName 'AppData\Local\Programs'
  }
  $folders = @()
  foreach ($place in ($places | Where-Object { $_ })) {
    if (-not (Test-Path -LiteralPath $place)) { continue }
    if (Test-LinkAbove $place) { Write-Unread $place 'link'; continue }
    $folders += @(Get-AppFolder $place 0)
  }
  $uninstall = 'Microsoft\Windows\CurrentVersion\Uninstall'
  $hives = @(Get-ChildItem -LiteralPath 'Registry::HKEY_USERS' -ErrorAction SilentlyContinue)
  foreach ($folder in $folders) { Stop-FromFolder $folder }
  $machine = @("HKLM:\SOFTWARE\$uninstall", "HKLM:\SOFTWARE\WOW6432Node\$uninstall")
  foreach ($key in @(Get-AppKey $machine)) { Invoke-Uninstaller $key }
  foreach ($folder in $folders) { if (-not $Really -or (Test-Path -LiteralPath $folder)) { Remove-AppFolder $folder } }
  $everybody = @($hives | ForEach-Object { "Registry::$($_.Name)\SOFTWARE\$uninstall" })
  foreach ($key in @(Get-AppKey $everybody)) { Remove-UserKey $key }
  if ($Entries -gt $EntriesMax) { Write-Unread "$env:SystemDrive\" 'limit' }
  Write-Line ([ordered]@{ type = 'end'; lines = $Lines; unread = $Unread })
}

$report = @(Write-Removal)
if ($Output -ne '') { $report | Set-Content -LiteralPath $Output -Encoding Ascii } else { $report }
