// What is played into a mix: to all through whichever of its legs is there, to one through its own endpoint.
// What goes on by itself is said again when an endpoint comes, so that a new media process plays it, too;
// said twice it goes on as it is.
import type { LegPort, MixId } from '@rufwerk/calls'
import type { EndpointId } from '@rufwerk/core'
import type { AnnouncedSound, EndpointSnapshot, MediaEvent, ToneName } from '@rufwerk/media-control'
import type { LegContext } from './context.ts'
import type { Leg } from './leg.ts'

type Announcement = Parameters<LegPort['announce']>[0]

const LASTING: ReadonlySet<ToneName> = new Set(['ringback', 'busy', 'congestion', 'hold'])

export function announce(context: LegContext, { mix, to, sound }: Announcement): void {
  const { table } = context
  if (to === undefined) announceToAll(context, mix, sound)
  else {
    const leg = table.get(to)
    if (leg !== undefined && table.mixes.mixOf(leg) === mix) announceToOne(leg, mix, sound)
  }
}

/** In the country of whoever is there. What sounds once is lost when nobody is. */
function announceToAll({ table: { mixes } }: LegContext, mix: MixId, sound: Announcement['sound']): void {
  const legs = [...mixes.legsOf(mix)]
  const [first] = legs
  if (first === undefined) return
  const made = soundFor(first, sound)
  mixes.announce(mix, goesOn(made) ? made : undefined)
  legs.find(isIn)?.media.announce(mix, 'all', made)
}

/** Who has no endpoint there yet hears it once it has. */
function announceToOne(leg: Leg, mix: MixId, sound: Announcement['sound']): void {
  const made = soundFor(leg, sound)
  leg.announced = made
  if (isIn(leg)) say(leg, mix)
}

/** The leg has come into the mix, perhaps with another endpoint, and perhaps as the first. */
export function announceAgain({ table: { mixes } }: LegContext, leg: Leg, mix: MixId): void {
  const toAll = mixes.announcedIn(mix)
  if (toAll !== undefined) leg.media.announce(mix, 'all', toAll)
  say(leg, mix)
}

/** What was played there before a restart of call control. */
export function adoptAnnounced(context: LegContext, leg: Leg, { announced }: EndpointSnapshot): void {
  const { mixes } = context.table
  const mix = mixes.mixOf(leg)
  if (mix === undefined) return
  const { own, all } = announced ?? {}
  if (own !== undefined && goesOn(own)) leg.announced = own
  if (all !== undefined && goesOn(all)) mixes.announce(mix, all)
}

/** Whose endpoint an event is about. */
export function endpointIn(event: MediaEvent): EndpointId | undefined {
  if ('endpoint' in event) return event.endpoint
  return event.type === 'announcementEnded' ? event.to : undefined
}

function say(leg: Leg, mix: MixId): void {
  const { announced } = leg
  if (announced === undefined) return
  leg.media.announce(mix, 'this', announced)
  if (!goesOn(announced)) leg.announced = undefined
}

function isIn({ isSourceApplied, media }: Leg): boolean {
  return isSourceApplied && media.isConfigured
}

function soundFor({ device }: Leg, sound: Announcement['sound']): AnnouncedSound {
  return sound.type === 'tone' ? { ...sound, country: device.country } : sound
}

function goesOn(sound: AnnouncedSound): boolean {
  return sound.type === 'prompt' ? sound.isLooped : sound.type === 'tone' && LASTING.has(sound.tone)
}
