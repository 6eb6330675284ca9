// Which page there is: welcome while the system is not set up, sign-in, or the phone.
import type { Session, SetupState } from '@rufwerk/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { api, RequestFailed } from '../platform/api.ts'
import { Button } from './ui/button.tsx'
import { Failure } from './ui/failure.tsx'
import { Logo } from './ui/icon.tsx'
import { SessionContext } from './use-services.ts'
import { SignInPage } from './welcome/sign-in-page.tsx'
import { Stage } from './welcome/stage.tsx'

const SignedIn = lazy(() => import('./signed-in.tsx').then(({ SignedIn: view }) => ({ default: view })))
const WelcomePage = lazy(() =>
  import('./welcome/welcome-page.tsx').then(({ WelcomePage: view }) => ({ default: view })),
)
const LinkPage = lazy(() =>
  import('./welcome/link-page.tsx').then(({ LinkPage: view }) => ({ default: view })),
)

const CertificatePage = lazy(() =>
  import('./system/certificate-page.tsx').then(({ CertificatePage: view }) => ({ default: view })),
)

/** Null: nobody is signed in. */
export async function readSession(): Promise<Session | null> {
  try {
    return await api.session()
  } catch (error) {
    // Before the setup there is nobody who could sign in.
    if (error instanceof RequestFailed && (error.status === 401 || error.code === 'setup-required'))
      return null
    throw error
  }
}

function fragment(name: string): string | undefined {
  return new URLSearchParams(location.hash.slice(1)).get(name) ?? undefined
}

/** The secret of a printed or copied link; also when it is pasted into a page that is open already. */
function useFragment(name: string): [string | undefined, () => void] {
  const [secret, setSecret] = useState(() => fragment(name))
  useEffect(() => {
    const onChange = (): void => setSecret(fragment(name))
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }, [name])
  const forget = (): void => {
    history.replaceState(null, '', location.pathname)
    setSecret(undefined)
  }
  return [secret, forget]
}

export function App() {
  const [path] = useLocation()
  if (path !== '/certificate') return <Entry />
  return (
    <Suspense fallback={<Loading />}>
      <CertificatePage />
    </Suspense>
  )
}

function Entry() {
  const [link, forgetLink] = useFragment('link')
  const [setupToken] = useFragment('setup')
  const [isWelcoming, setIsWelcoming] = useState(false)
  const client = useQueryClient()
  const session = useQuery({
    queryKey: ['session'],
    queryFn: readSession,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const setup = useQuery<SetupState>({
    queryKey: ['setup'],
    queryFn: api.setupState,
    enabled: session.data === null,
  })
  const refreshSession = (): Promise<unknown> =>
    client.fetchQuery({ queryKey: ['session'], queryFn: readSession, staleTime: 0 })

  if (isWelcoming || (session.data === null && setup.data?.state === 'open')) {
    const onFinished = (): void => {
      forgetFragment()
      setIsWelcoming(false)
      refreshSession().catch(() => undefined)
    }
    return (
      <Suspense fallback={<Loading />}>
        <WelcomePage
          token={setupToken}
          hasTelephony={setup.data?.hasTelephony ?? true}
          onStarted={() => setIsWelcoming(true)}
          onFinished={onFinished}
        />
      </Suspense>
    )
  }
  const error = session.error ?? (session.data === null ? setup.error : null)
  if (error) return <Unreachable error={error} onRetry={() => client.invalidateQueries()} />
  if (session.data === undefined || (session.data === null && setup.data === undefined)) return <Loading />
  if (link !== undefined) {
    return (
      <Suspense fallback={<Loading />}>
        <LinkPage token={link} session={session.data} onSignedIn={refreshSession} onDone={forgetLink} />
      </Suspense>
    )
  }
  if (session.data === null)
    return <SignInPage isDemo={setup.data?.isDemo ?? false} onSignedIn={refreshSession} />
  return (
    <SessionContext value={session.data}>
      <Suspense fallback={<Loading />}>
        <SignedIn key={session.data.person.id} />
      </Suspense>
    </SessionContext>
  )
}

function forgetFragment(): void {
  history.replaceState(null, '', '/')
}

function Loading() {
  const { t } = useTranslation()
  return (
    <main aria-busy="true" className="starting">
      <h1 className="hidden-visually">{t('app.name')}</h1>
      <Logo size={48} />
      <p role="status">{t('app.loading')}</p>
    </main>
  )
}

function Unreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <Stage title={t('error.title')}>
      <Failure error={error} />
      <Button kind="primary" onClick={onRetry}>
        {t('action.retry')}
      </Button>
    </Stage>
  )
}
