// The app for somebody who is signed in: connects the phone, and shows the page of the address.
import { lazy, Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect, Route, Switch } from 'wouter'
import { PhonePage } from './phone/phone-page.tsx'
import styles from './shell/shell.module.css'
import { Shell } from './shell/shell.tsx'
import { Empty, LoadingRows } from './ui/notice.tsx'
import { useServices, useSession } from './use-services.ts'

const PeoplePage = lazy(() =>
  import('./people/people-page.tsx').then(({ PeoplePage: view }) => ({ default: view })),
)
const CallsPage = lazy(() =>
  import('./calls/calls-page.tsx').then(({ CallsPage: view }) => ({ default: view })),
)
const SecurityPage = lazy(() =>
  import('./security/security-page.tsx').then(({ SecurityPage: view }) => ({ default: view })),
)
const SettingsPage = lazy(() =>
  import('./settings/settings-page.tsx').then(({ SettingsPage: view }) => ({ default: view })),
)

export function SignedIn() {
  const services = useServices()
  const session = useSession()
  const { hasTelephony, person } = session
  const home = hasTelephony ? '/phone' : person.role === 'admin' ? '/security' : '/settings/report'
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per person; App gives each a new key.
  useEffect(() => {
    const connection = services.connect(session)
    return () => connection[Symbol.dispose]()
  }, [services])
  return (
    <Shell>
      <Suspense fallback={<Waiting />}>
        <Switch>
          {hasTelephony && (
            <Route path="/phone">
              <PhonePage />
            </Route>
          )}
          {hasTelephony && (
            <Route path="/people/:id?">{({ id }) => <PeoplePage {...(id ? { id } : {})} />}</Route>
          )}
          {hasTelephony && (
            <Route path="/calls/:id?">{({ id }) => <CallsPage {...(id ? { id } : {})} />}</Route>
          )}
          <Route path="/security/:section?/:id?">
            {({ section, id }) => <SecurityPage {...(section ? { section } : {})} {...(id ? { id } : {})} />}
          </Route>
          <Route path="/settings/:section?">
            {({ section }) => <SettingsPage {...(section ? { section } : {})} />}
          </Route>
          {['/', '/sign-in', '/welcome'].map((path) => (
            <Route key={path} path={path}>
              <Redirect to={home} replace />
            </Route>
          ))}
          <Route>
            <NoSuchPage home={home} />
          </Route>
        </Switch>
      </Suspense>
    </Shell>
  )
}

function Waiting() {
  const { t } = useTranslation()
  return (
    <main id="content" aria-busy="true">
      <h1 className="hidden-visually">{t('app.name')}</h1>
      <LoadingRows label={t('app.loading')} />
    </main>
  )
}

function NoSuchPage({ home }: { home: string }) {
  const { t } = useTranslation()
  return (
    <main id="content" className={styles.alone}>
      <h1 className="hidden-visually">{t('error.pageTitle')}</h1>
      <Empty
        icon="search"
        title={t('error.pageTitle')}
        text={t('error.pageText')}
        action={<Link href={home}>{t(home === '/phone' ? 'error.toPhone' : 'error.toStart')}</Link>}
      />
    </main>
  )
}
