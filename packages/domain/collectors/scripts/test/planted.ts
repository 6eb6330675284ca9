// What lies on each of the disks, and what has to be said of it.
import type { Platform } from '@rufwerk/collectors'
import { BAD, type Disk, type Judged } from './disk.ts'

/** Versions that the advisory of the tests names, of all operating systems. */
export const AFFECTED = ['18.11.1213', '18.12.402', '18.12.407', '18.12.416']

const PROGRAMS = 'AppData/Local/Programs'
const HOMES = '/home'
const plist = (version: string) => `<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
  <key>CFBundleName</key><string>3CX Desktop App</string>
  <key>CFBundleShortVersionString</key>
  <string>${version}</string>
</dict></plist>
`

function bundle(disk: Disk, path: string, info: string, library?: string): void {
  disk.write(`${path}/Contents/Info.plist`, info)
  disk.write(`${path}/Contents/MacOS/3CX Desktop App`, 'program', 0o755)
  disk.write(`${path}/Contents/Frameworks/Electron Framework.framework/libffmpeg.dylib`, library)
}

function windows(disk: Disk): Judged[] {
  const app = (path: string, library?: string) => {
    disk.write(`${path}/3CXDesktopApp.exe`, 'program')
    disk.write(`${path}/ffmpeg.dll`, library)
    disk.write(`${path}/resources/app.asar`, 'code')
  }
  app(`Users/anna/${PROGRAMS}/3CXDesktopApp/app-18.12.416`, BAD)
  disk.write(`Users/anna/${PROGRAMS}/3CXDesktopApp/Update.exe`, 'updater')
  disk.write(`Users/anna/${PROGRAMS}/3CXDesktopApp/3CXDesktopApp.exe`, 'starter')
  app(`Users/ben/${PROGRAMS}/3CXDesktopApp/app-18.12.407`)
  app(`Users/ben/${PROGRAMS}/3CXDesktopApp/app-18.12.425`)
  app(`Users/cleo/${PROGRAMS}/3cxdesktopapp/app-18.12.425`)
  app(`Users/dora/${PROGRAMS}/3CXDesktopApp - Kopie/app`, BAD)
  app(`Program Files/3CXDesktopApp/app`, BAD)
  app(`Program Files (x86)/3CX/3CXDesktopApp/app`)
  // Neighbours: another name, a library of the same name and other bytes, what is left of an app.
  disk.write(`Users/emil/${PROGRAMS}/slack/app-4.29.149/ffmpeg.dll`)
  disk.write(`Users/emil/${PROGRAMS}/3CXDesktopApp2/app-18.12.416/other.exe`)
  disk.write('Program Files/3CXPhone for Windows/3CXPhone.exe')
  disk.write(`Users/emil/${PROGRAMS}/3CXDesktopApp/debug.log`)
  return [
    { path: `/Users/anna/${PROGRAMS}/3CXDesktopApp/app-18.12.416`, is: 'affected' },
    { path: `/Users/ben/${PROGRAMS}/3CXDesktopApp/app-18.12.407`, is: 'affected' },
    { path: `/Users/ben/${PROGRAMS}/3CXDesktopApp/app-18.12.425`, is: 'clean' },
    { path: `/Users/cleo/${PROGRAMS}/3cxdesktopapp/app-18.12.425`, is: 'clean' },
    { path: `/Users/dora/${PROGRAMS}/3CXDesktopApp - Kopie/app`, is: 'unknown' },
    { path: `/Users/dora/${PROGRAMS}/3CXDesktopApp - Kopie/app/ffmpeg.dll`, is: 'affected' },
    { path: '/Program Files/3CXDesktopApp', is: 'affected' },
    { path: '/Program Files (x86)/3CX/3CXDesktopApp', is: 'unknown' },
  ]
}

function macos(disk: Disk): Judged[] {
  bundle(disk, 'Applications/3CX Desktop App.app', plist('18.12.416'))
  bundle(disk, 'Users/anna/Applications/3CX Desktop App.app', plist('18.11.1213'), BAD)
  bundle(disk, 'Users/ben/Applications/Telephone/3CX Desktop App.app', plist('18.12.425'))
  bundle(disk, 'Users/cleo/Applications/3CX Desktop App.app', 'bplist00\xd1\x01\x02')
  disk.write('Users/cleo/Library/Application Support/old/libffmpeg.dylib', BAD)
  // Neighbours.
  bundle(disk, 'Applications/3CX Desktop App Helper.app', plist('18.12.416'))
  disk.write('Applications/Zoom.app/Contents/Frameworks/libffmpeg.dylib')
  disk.write('Users/anna/Library/Application Support/3CX Desktop App/config.json')
  return [
    { path: '/Applications/3CX Desktop App.app', is: 'affected' },
    { path: '/Users/anna/Applications/3CX Desktop App.app', is: 'affected' },
    { path: '/Users/ben/Applications/Telephone/3CX Desktop App.app', is: 'clean' },
    { path: '/Users/cleo/Applications/3CX Desktop App.app', is: 'unknown' },
    { path: '/Users/cleo/Library/Application Support/old/libffmpeg.dylib', is: 'affected' },
  ]
}

function linux(disk: Disk): Judged[] {
  const app = (path: string, library?: string) => {
    disk.write(`${path}/3cxdesktopapp`, 'program', 0o755)
    disk.write(`${path}/libffmpeg.so`, library)
  }
  disk.write('etc/hostname', 'werkstatt\n')
  disk.write('etc/os-release', 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\n')
  disk.write('etc/passwd', 'www:x:33:33:www:/srv/www:/usr/sbin/nologin\n')
  const status = (name: string, state: string, version: string) =>
    `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: ${version}\nDescription: a\n b\n\n`
  const packages = [
    status('3cxdesktopapp', 'install ok installed', '18.12.416'),
    status('3cxdesktopapp-doc', 'install ok installed', '18.12.416'),
    status('3CXDesktopApp', 'deinstall ok config-files', '18.12.402'),
  ]
  disk.write('var/lib/dpkg/status', packages.join(''))
  disk.write(
    'var/lib/dpkg/info/3cxdesktopapp:amd64.list',
    '/.\n/opt/3CXDesktopApp\n/opt/3CXDesktopApp/libffmpeg.so\n',
  )
  app('opt/3CXDesktopApp')
  app('home/anna/.local/share/3CXDesktopApp/app-18.12.425')
  app('home/ben/.local/opt/3CXDesktopApp', BAD)
  app('srv/www/.local/3CXDesktopApp')
  disk.write('usr/lib/old/ffmpeg.dll', BAD)
  disk.write('var/lib/snapd/snaps/3cxdesktopapp_7.snap', 'snap')
  disk.write('snap/3cxdesktopapp/7/meta/snap.yaml', "name: 3cxdesktopapp\nversion: '18.12.407'\n")
  app('var/lib/flatpak/app/3CXDesktopApp/current')
  // Neighbours.
  app('opt/3CXDesktopApp-tools/bin')
  disk.write('usr/share/doc/3cxdesktopapp/README', 'read me')
  disk.write('usr/lib/chromium/libffmpeg.so')
  disk.write('var/lib/snapd/snaps/3cxdesktopapp-theme_2.snap', 'snap')
  return [
    { path: '/opt/3CXDesktopApp', is: 'affected' },
    { path: `${HOMES}/anna/.local/share/3CXDesktopApp/app-18.12.425`, is: 'clean' },
    { path: `${HOMES}/ben/.local/opt/3CXDesktopApp`, is: 'affected' },
    { path: '/srv/www/.local/3CXDesktopApp', is: 'unknown' },
    { path: '/usr/lib/old/ffmpeg.dll', is: 'affected' },
    { path: '/var/lib/dpkg/status/3cxdesktopapp', is: 'affected' },
    { path: '/var/lib/snapd/snaps/3cxdesktopapp_7.snap', is: 'affected' },
    { path: '/var/lib/flatpak/app/3CXDesktopApp', is: 'unknown' },
  ]
}

/** Lays out a disk and says what is on it. */
export const PLANTED: Readonly<Record<Platform, (disk: Disk) => Judged[]>> = { windows, macos, linux }
