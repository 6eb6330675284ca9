// Limits that server and browser share. Lengths of text are counted in UTF-16 units.

export const LIMITS = {
  nameLengthMax: 80,
  emailLengthMax: 254,
  /** NIST SP 800-63B §3.1.1 asks for room for pass phrases. */
  passwordLengthMax: 256,
  extensionDigitsMin: 2,
  extensionDigitsMax: 6,
  /** How many colleagues the welcome asks for. */
  colleaguesMax: 2,
  /** Records of calls on one page. */
  callsPerPageMax: 100,
  callsPerPageDefault: 30,
} as const
