// Which final response of a fork the caller gets (RFC 3261 §16.7 step 6).

/** 4xx that say what to change and try again: preferred among 4xx. */
const HELPFUL: readonly number[] = [401, 407, 415, 420, 484]
/** Says only that nobody answered, or is made by ourselves when a branch timed out. */
const REQUEST_TIMEOUT = 408
const UNAVAILABLE = 503

/**
 * The best of the final responses, each with its status; undefined without any. A 2xx wins, then a 6xx, then
 * the lowest class; of equals the first. `status` is what the caller gets: 500 for a 503, because that one
 * branch is overloaded does not mean that we are. A branch that was not followed (3xx) is to be given as 480
 * here.
 */
export function bestResponse<Response extends { readonly status: number }>(
  responses: readonly Response[],
): { readonly response: Response; readonly status: number } | undefined {
  let best: Response | undefined
  for (const response of responses) if (best === undefined || rank(response) < rank(best)) best = response
  if (best === undefined) return undefined
  return { response: best, status: best.status === UNAVAILABLE ? 500 : best.status }
}

/** Lower is better. */
function rank({ status }: { readonly status: number }): number {
  const kind = Math.floor(status / 100)
  if (kind === 2) return 0
  if (kind === 6) return 10
  const within = HELPFUL.includes(status) ? 0 : status === REQUEST_TIMEOUT || status === UNAVAILABLE ? 2 : 1
  return kind * 10 + within
}
