// What went wrong when npm could not install, said in one or two sentences with the next step.

const NEEDED = 'Rufwerk needs the network once, to install the packages that package-lock.json names.'
const PROXY =
  'Behind a proxy: npm config set proxy http://HOST:PORT, npm config set https-proxy http://HOST:PORT, then again.'

/** In this order: the first pattern found in npm's output explains the failure. */
const REASONS = [
  [
    /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED/,
    'The package registry answered with a certificate that npm does not trust, as some proxies do. ' +
      'Give npm the certificate of your proxy: npm config set cafile FILE.pem',
  ],
  [/\bE407\b|407 Proxy Authentication/, `The proxy asks for a name and password. ${PROXY}`],
  [
    /ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT/,
    `No package registry could be reached. ${NEEDED} ${PROXY}`,
  ],
  [/\bE40[13]\b/, 'The package registry refused access; check: npm config get registry'],
  [
    /\bE404\b|ETARGET/,
    'The package registry does not have one of the packages; check: npm config get registry',
  ],
  [
    /EINTEGRITY/,
    'A package is not the one that package-lock.json names (EINTEGRITY). Nothing was installed.',
  ],
  [/ENOSPC/, 'The disk is full. About 500 MB are needed.'],
  [/EROFS|EACCES|EPERM/, 'The project folder cannot be written to by this user.'],
  [/EUSAGE/, 'package.json and package-lock.json do not belong together; restore both from git.'],
]

/**
 * @param {string} output What npm printed.
 * @param {number | null} code npm's exit code.
 * @returns {string} What to tell the user.
 */
export function explainFailure(output, code) {
  const reason = REASONS.find(([pattern]) => /** @type {RegExp} */ (pattern).test(output))
  if (reason) return `Installation failed. ${reason[1]}`
  const errors = output.split('\n').filter((line) => /^npm (ERR!|error)/.test(line))
  const detail = errors.slice(0, 5).join('\n')
  return `Installation failed (npm ended with ${code ?? 'no code'}).${detail ? `\n${detail}` : ''}`
}
