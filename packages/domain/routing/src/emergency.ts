// Emergency numbers: known from the first version, never "not found", never in need of a prefix.

const EMERGENCY_NUMBERS: Readonly<Record<'de' | 'us', readonly string[]>> = {
  de: ['110', '112'],
  us: ['911', '112'],
}

/**
 * True for the emergency numbers of the country; 110 and 112 also behind the 0 that many dial for an outside
 * line. Spaces and the like are gone already.
 */
export function isEmergency(dialled: string, country: 'de' | 'us'): boolean {
  const number = dialled.replace(/^0(?=11[02]$)/, '')
  return EMERGENCY_NUMBERS[country].includes(number)
}
