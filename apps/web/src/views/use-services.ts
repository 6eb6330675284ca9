// How views reach the services, and how they watch a value.
import type { CallPage, People, Session } from '@rufwerk/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { createContext, use, useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../platform/api.ts'
import type { Services } from '../services.ts'
import type { Readable } from '../state/observable.ts'
import { localeOf } from '../state/time.ts'

export const ServicesContext = createContext<Services | undefined>(undefined)
export const SessionContext = createContext<Session | undefined>(undefined)

export function useServices(): Services {
  const services = use(ServicesContext)
  if (!services) throw new Error('There are no services around this view.')
  return services
}

/** The person who is signed in; only below the signed-in page. */
export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('Nobody is signed in around this view.')
  return session
}

/** How dates, times and numbers are written here. */
export function useLocale(): string {
  const { i18n } = useTranslation()
  return localeOf(i18n.language, useSession().tenant.country, navigator.languages)
}

export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(
    (listener) => readable.subscribe(listener),
    () => readable.get(),
  )
}

/** Colleagues, with the presence that is pushed. */
export function usePeople() {
  const { live } = useServices()
  const query = useQuery<People>({ queryKey: ['people'], queryFn: api.people })
  const { presence } = useReadable(live.state)
  const people = (query.data?.people ?? []).map((person) => {
    const pushed = presence.get(person.id)
    return pushed === undefined || pushed === person.presence ? person : { ...person, presence: pushed }
  })
  // What is known stays on the page while it cannot be loaded again.
  const error = query.data === undefined ? query.error : null
  return { people, isPending: query.isPending, error, refetch: query.refetch }
}

/** Recent calls, page by page. */
export function useCalls() {
  return useInfiniteQuery({
    queryKey: ['calls'],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) => api.calls(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: CallPage) => page.nextCursor,
  })
}

/** The time, once a second while `isRunning`. */
export function useNow(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isRunning) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return now
}
