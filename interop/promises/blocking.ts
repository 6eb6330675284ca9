// What shows promise 24c: SIPVicious and our own scanner at the address of two phones, and the scanner at
// another one. They are blocked while they attack, and the phones talk meanwhile. The twin is the same attack
// on a server that blocks nobody.
import type { Shown } from '../../tools/promises/rows.ts'
import {
  BOTH_HEAR,
  besiege,
  ELSEWHERE,
  NAMES,
  OFFICE,
  openHouse,
  SETTINGS,
  type Siege,
} from '../attacks/siege.ts'

/** At least nine of ten names get no answer where nobody is, two of three where phones are. */
const ELSEWHERE_MAX = NAMES / 10
const HERE_MAX = NAMES / 3

async function attack(isOn: boolean): Promise<Siege> {
  const house = await openHouse({ ...SETTINGS, isOn })
  try {
    return await besiege(house)
  } finally {
    await house.stop()
  }
}

function describe({ found, answeredHere, answeredElsewhere, sound, attacks }: Siege): string {
  const blocked = attacks.blocks.map(({ source }) => source).toSorted()
  return (
    `SIPVicious finds ${found}; of ${NAMES} names ${answeredHere} are answered at the address of the ` +
    `phones and ${answeredElsewhere} at another one; blocked: ${blocked.join(', ') || 'nobody'}; during it ` +
    `a phone there calls: ${sound}`
  )
}

/** Attackers are blocked while they attack. */
export async function row24c(): Promise<Shown> {
  const real = await attack(true)
  const twin = await attack(false)
  const sources = new Set(real.attacks.blocks.map(({ source }) => source))
  return {
    expected:
      `nothing is found; both addresses are blocked, with at most ${HERE_MAX} and ${ELSEWHERE_MAX} of ` +
      `${NAMES} names answered; the phone at one of them calls, and both hear each other`,
    observed: describe(real),
    ok:
      real.found === 0 &&
      real.answeredHere <= HERE_MAX &&
      real.answeredElsewhere <= ELSEWHERE_MAX &&
      sources.has(OFFICE) &&
      sources.has(ELSEWHERE) &&
      real.sound === BOTH_HEAR,
    twin: {
      changed: 'blocking is switched off',
      observed: describe(twin),
      ok: twin.answeredHere === NAMES && twin.answeredElsewhere === NAMES && twin.attacks.blocks.length === 0,
    },
  }
}
