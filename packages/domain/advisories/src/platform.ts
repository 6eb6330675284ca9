// Operating systems by the names that clients and advisories use. Whole words only: no guessing.

export const PLATFORMS = ['windows', 'macos', 'linux', 'android', 'ios'] as const
/** `web` is the browser: what runs there is no installed program of any operating system. */
export type Platform = (typeof PLATFORMS)[number] | 'web'

const NAMES: Readonly<Record<string, Platform>> = {
  windows: 'windows',
  win32: 'windows',
  win64: 'windows',
  macos: 'macos',
  'mac os': 'macos',
  'mac os x': 'macos',
  'os x': 'macos',
  mac: 'macos',
  darwin: 'macos',
  macintosh: 'macos',
  linux: 'linux',
  android: 'android',
  ios: 'ios',
  ipados: 'ios',
  pwa: 'web',
  'web client': 'web',
  browser: 'web',
}

/** The operating system of `Windows`, `Windows NT 10.0`, `macOS 13.2`: a name, and a version behind it. */
export function platformNamed(text: string): Platform | undefined {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/ (?:nt )?\d[\d._]*$/, '')
  return Object.hasOwn(NAMES, bare) ? NAMES[bare] : undefined
}

const WORDS =
  /(?<![a-z0-9])(windows|macos|mac os x|mac os|darwin|linux|android|ios|ipados|pwa|web client)(?![a-z0-9])/g

/** All operating systems that a longer text names as whole words. */
export function platformsIn(text: string): Platform[] {
  const found = [...text.toLowerCase().matchAll(WORDS)].map((match) => platformNamed(match[1] ?? ''))
  return [...new Set(found.filter((name) => name !== undefined))]
}
