// Limits that server and browser share. Lengths of text are counted in UTF-16 units.

export const LIMITS = {
  nameLengthMax: 80,
  emailLengthMax: 254,
  passwordLengthMin: 10,
  passwordLengthMax: 128,
  /** The first digit is not 0. */
  extensionDigitsMin: 2,
  extensionDigitsMax: 6,
  /** How many colleagues the welcome asks for. */
  colleaguesMax: 2,
  /** Records of calls on one page. */
  callsPerPageMax: 100,
  callsPerPageDefault: 30,
  /** Of all of the company, for admins. */
  recordsPerPageMax: 500,
  recordsPerPageDefault: 100,
} as const
