// The headers that every response carries. Nothing may come from or go to another origin; no inline script or
// style; no string becomes code (Trusted Types).

/** Policies that the web app may create; 'none' allows none at all. */
const TRUSTED_TYPES_POLICIES = "'none'"

export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  // CSP 3 counts WebSockets of the same host and port as 'self'.
  "connect-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  `trusted-types ${TRUSTED_TYPES_POLICIES}`,
].join('; ')

/** Of pages for everybody: they have no script at all. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

const FEATURES_OFF = [
  'accelerometer',
  'browsing-topics',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'midi',
  'payment',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

const PERMISSIONS_POLICY = ['microphone=(self)', ...FEATURES_OFF.map((feature) => `${feature}=()`)].join(', ')

const POLICY = 'content-security-policy'

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  [POLICY]: CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': PERMISSIONS_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const HSTS = 'max-age=31536000'

export function setSecurityHeaders(headers: Headers, isSecure: boolean): void {
  // A stricter policy than that of the app stays.
  const isStricter = headers.get(POLICY) === PAGE_POLICY
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    if (name !== POLICY || !isStricter) headers.set(name, value)
  if (isSecure) headers.set('strict-transport-security', HSTS)
}
