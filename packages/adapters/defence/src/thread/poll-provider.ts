// What is new at a provider: its metadata, its lists, and each document that was not taken in as it stands
// there now. A provider that says nothing, or something else than before, is told, and nothing is lost by it.
import { type Listed, type Listing, readChanges, readProvider, readRolie } from '@rufwerk/advisories/provider'
import { fail, ok, type Result } from '@rufwerk/core'
import { LISTED_MS_MAX, MISSED_MAX, MISSED_TOLD_MAX, TAKEN_AT_ONCE_MAX } from '../limits.ts'
import type { Feed, NotFetched, Received } from '../messages.ts'

export interface PollParts {
  readonly at: number
  readonly before: Feed | undefined
  /** Address → the time that was given for it, of what is done with. */
  readonly done: ReadonlyMap<string, number>
  readonly get: (address: string) => Promise<Result<string, NotFetched['why']>>
  readonly take: (address: string) => Promise<Received | NotFetched>
  readonly isAllowed: (address: string) => boolean
  readonly keepDone: (listed: Listed) => void
}

export interface PolledProvider {
  readonly feed: Feed
  readonly counts: number
}

type Problem = NonNullable<Feed['problem']>
/** `later`: it may be had another time. */
type Outcome = 'counts' | 'known' | 'refused' | 'later' | 'unreachable' | 'full'

const PROBLEMS: Readonly<Record<NotFetched['why'], Problem>> = {
  address: 'not-found',
  status: 'not-found',
  size: 'too-large',
  unreachable: 'unreachable',
}

export async function pollProvider(
  of: { readonly namespace: string; readonly provider: string },
  parts: PollParts,
): Promise<PolledProvider> {
  const { at, before, done } = parts
  const kept = { taken: before?.taken ?? 0, refused: before?.refused ?? 0 }
  const nothing = { listed: 0, unread: 0, missed: [], missedTotal: 0, left: 0 }
  const listing = await listingOf(of, parts)
  if (!listing.ok)
    return {
      feed: { ...(before ?? { ...nothing, ...kept }), askedAt: at, problem: listing.error },
      counts: 0,
    }
  const { documents, unread } = listing.value
  const missedBefore = new Map(before?.missed.map((address, index) => [address, index + 1]))
  const due = documents.filter((one) => one.at >= at - LISTED_MS_MAX && done.get(one.address) !== one.at)
  // What could not be had before stands last, so that it keeps nothing else waiting; each has its turn.
  const turnOf = ({ address }: Listed): number => missedBefore.get(address) ?? 0
  const inOrder = [...due].sort((a, b) => turnOf(a) - turnOf(b))
  const now = inOrder.slice(0, TAKEN_AT_ONCE_MAX)
  const taken = await takeAll(now, parts)
  const asked = new Set(now.map(({ address }) => address))
  const stillMissed = inOrder.flatMap(({ address }) =>
    missedBefore.has(address) && !asked.has(address) ? [address] : [],
  )
  const missed = [...stillMissed, ...taken.missed]
  const feed: Feed = {
    ...{ askedAt: at, listed: documents.length, unread },
    ...(taken.problem && { problem: taken.problem }),
    ...{ taken: kept.taken + taken.counts, refused: kept.refused + taken.refused },
    ...{ missed: missed.slice(0, MISSED_MAX), missedTotal: missed.length },
    left: inOrder.length - taken.asked - stillMissed.length,
  }
  return { feed, counts: taken.counts }
}

/** As it is told to people. */
export function toldFeed(feed: Feed): Feed {
  return { ...feed, missed: feed.missed.slice(0, MISSED_TOLD_MAX) }
}

async function takeAll(listed: readonly Listed[], parts: PollParts) {
  const sum = {
    asked: 0,
    counts: 0,
    refused: 0,
    missed: [] as string[],
    problem: undefined as Problem | undefined,
  }
  for (const one of listed) {
    const outcome = parts.isAllowed(one.address) ? outcomeOf(await parts.take(one.address)) : 'later'
    if (outcome === 'unreachable' || outcome === 'full') return { ...sum, problem: outcome }
    sum.asked += 1
    if (outcome === 'later') sum.missed.push(one.address)
    else parts.keepDone(one)
    if (outcome === 'counts') sum.counts += 1
    if (outcome === 'refused') sum.refused += 1
  }
  return sum
}

/** A signature may still come; what is malformed or contradicts itself is told once, until it is changed. */
function outcomeOf(received: Received | NotFetched): Outcome {
  if (received.type === 'not-fetched') return received.why === 'unreachable' ? 'unreachable' : 'later'
  if (received.type === 'counts' || received.type === 'known') return received.type
  if (received.type !== 'refused') return 'refused'
  if (received.why === 'full') return 'full'
  return received.why === 'issuer-unproven' || received.why === 'issuer-unpinned' ? 'later' : 'refused'
}

/** All its lists together; when one cannot be had, none: what it lacks would look like nothing new. */
async function listingOf(
  { namespace, provider }: { readonly namespace: string; readonly provider: string },
  { get, isAllowed }: PollParts,
): Promise<Result<Listing, Problem>> {
  const text = await get(provider)
  if (!text.ok) return fail(PROBLEMS[text.error])
  const metadata = readProvider(text.value)
  if (!metadata.ok) return fail('unreadable')
  if (metadata.value.namespace !== namespace) return fail('other-issuer')
  const { directories, feeds } = metadata.value
  // A folder with a feed and a list says the same twice.
  const folders = feeds.length > 0 ? [] : directories
  const lists = [
    ...folders.map((folder) => ({
      address: `${folder}changes.csv`,
      read: (list: string) => readChanges(list, folder),
    })),
    ...feeds.map((address) => ({ address, read: readRolie })),
  ]
  const documents: Listed[] = []
  let unread = 0
  for (const { address, read } of lists) {
    const list = isAllowed(address) ? await get(address) : fail('address' as const)
    if (!list.ok) return fail(PROBLEMS[list.error])
    const listing = read(list.value)
    if (!listing.ok) return fail('unreadable')
    documents.push(...listing.value.documents)
    unread += listing.value.unread
  }
  return ok({ documents, unread })
}
