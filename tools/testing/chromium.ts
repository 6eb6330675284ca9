// How Debian's Chromium is started by everything here that is not a test of apps/web: quiet on the network;
// and where it telephones, with a microphone that is made up and candidates that are addresses.
export const CHROMIUM = '/usr/bin/chromium'

export const QUIET_FLAGS: readonly string[] = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

export const PHONE_FLAGS: readonly string[] = [
  ...QUIET_FLAGS,
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  ...['--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns'],
  '--autoplay-policy=no-user-gesture-required',
]
