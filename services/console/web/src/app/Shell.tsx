import { AuthService, type Right } from '@changke/gen/staff/v1/auth_service'
import { ReportService } from '@changke/gen/report/v1/report_service'
import { useMutation, useQuery } from '@connectrpc/connect-query'
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Outlet, ScrollRestoration, useLocation, useNavigate } from 'react-router'
import { switchLanguage, withWords } from '../i18n/index.ts'
import { useLanguage, usePhone } from '../ui/hooks.ts'
import { Icon } from '../ui/Icon.tsx'
import { Bones, Empty, Failure, Go } from '../ui/parts.tsx'
import { DraftsProvider } from '../customer/unsent.tsx'
import { MeContext, useCan, useMay, useMe, useStores, useWhoAmI } from './me.tsx'
import { Notices } from './Notices.tsx'
import { StepUpHost } from './StepUpHost.tsx'
import { ActingStrip } from '../staff/ActingStrip.tsx'
import { menu, tabOrder, type MenuPage } from './pages.ts'
import { useWatch } from './watch.ts'
import './shell.css'

const CallNotice = lazy(() => withWords(() => import('../caller/CallNotice.tsx')))
const SandboxStrip = lazy(() => withWords(() => import('../pos/SandboxStrip.tsx')))
const SupportStrip = lazy(() => withWords(() => import('../operator/SupportStrip.tsx')))

/** The frame of every page: menu, store, person. Asks first who the caller is. */
export function Shell() {
  const { t } = useTranslation()
  const { data, error, refetch, isPaused } = useWhoAmI()
  const phone = usePhone()
  useWatch(data?.me?.person?.id ?? '', data?.me?.rights.some((right) => right.permission === 'booking.read') ?? false)
  if (!data?.me) {
    return (
      <div className="shell waiting">
        <aside className="side" />
        <main className="main">{error ? <Failure error={error} onRetry={() => void refetch()} /> : isPaused ? <div className="card"><Empty icon="world" title={t('fault.network.message')} text={t('app.offline')} /></div> : <Bones rows={5} h={72} />}</main>
      </div>
    )
  }
  return (
    <MeContext value={data.me}>
      <div className="shell">
        <a className="skip" href="#main">{t('app.skip')}</a>
        {!phone && <Side />}
        <div className="body">
          <Head />
          {data.me.sandbox && <Suspense><SandboxStrip /></Suspense>}
          <ActingStrip />
          {(data.me.support || data.me.rights.some((right) => right.permission === 'support.consent')) && <Suspense><SupportStrip /></Suspense>}
          <main className="main" id="main">
            <Suspense fallback={<Bones rows={6} />}>
              <Notices><DraftsProvider><Outlet /></DraftsProvider></Notices>
            </Suspense>
          </main>
          {data.me.rights.some((right) => right.permission === 'caller.screen') && <Suspense><CallNotice /></Suspense>}
        </div>
        {phone && <TabBar />}
      </div>
      <StepUpHost />
      <ScrollRestoration />
    </MeContext>
  )
}

function useMenu(): MenuPage[] {
  const may = useMay()
  const { rights } = useMe()
  return menu.filter((page) => may(page.needs) && (!page.reach || rights.some((right) => right.permission === page.needs && reaches(page, right))))
}

// Head office has no statement of its own, and a list of only oneself is none.
function reaches(page: MenuPage, right: Right): boolean {
  if (page.reach === 'inStores') return !right.tenantWide
  return right.tenantWide || right.storeIds.length > 0
}

function Brand() {
  const { t } = useTranslation()
  return (
    <div className="brand">
      <img src="/favicon.svg" alt="" width="30" height="30" />
      <span>{t('app.name')}</span>
    </div>
  )
}

// A guest's page belongs to 客户; writing a new file is a page of its own.
function isAt(page: MenuPage, pathname: string): boolean {
  if (page.key === 'customers') return pathname.startsWith('/customers') && pathname !== '/customers/new'
  return page.path === '/' ? pathname === '/' : pathname.startsWith(page.path)
}

// What is unread is asked with 今日, whose answer the page shares; while others
// are open it is asked every five minutes.
function useUnread(): number {
  const { storeId } = useStores()
  const { data } = useQuery(ReportService.method.getToday, { storeId }, { enabled: useCan('today.read'), staleTime: 60_000, refetchInterval: 300_000 })
  return data?.today?.unreadMessages ?? 0
}

function Entry({ page, unread = 0 }: { page: MenuPage; unread?: number }) {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <Go to={page.path} current={isAt(page, pathname)} className="entry">
      <Icon name={page.icon} />
      <span>{t(`menu.${page.key}`)}</span>
      {page.key === 'inbox' && unread > 0 && <Unread count={unread} />}
    </Go>
  )
}

function Unread({ count }: { count: number }) {
  const { t } = useTranslation()
  return <b className="unread" aria-label={count > 99 ? t('inbox.unreadMany') : t('inbox.unread', { count })}>{count > 99 ? '99+' : count}</b>
}

function Side() {
  const { t } = useTranslation()
  const unread = useUnread()
  const pages = useMenu()
  const { pathname } = useLocation()
  const self = useRef<HTMLElement>(null)
  // A menu longer than the window shows where one is.
  useEffect(() => {
    const side = self.current
    const at = side?.querySelector<HTMLElement>('[aria-current]')
    if (!side || !at) return
    const { top, bottom } = at.getBoundingClientRect()
    if (bottom > side.clientHeight || top < 0) side.scrollTop += top - side.clientHeight / 2
  }, [pathname])
  return (
    <aside className="side" ref={self}>
      <Brand />
      <nav aria-label={t('app.menu')}>
        {(['daily', 'office', 'setup'] as const).map((group) => {
          const mine = pages.filter((page) => page.group === group)
          return mine.length === 0 ? null : (
            <div key={group} className="group">
              <h2>{t(`menu.groups.${group}`)}</h2>
              {mine.map((page) => <Entry key={page.key} page={page} unread={unread} />)}
            </div>
          )
        })}
      </nav>
    </aside>
  )
}

function Head() {
  const { t } = useTranslation()
  const me = useMe()
  const phone = usePhone()
  const { stores, storeId, store, choose } = useStores()
  const { pathname } = useLocation()
  const one = menu.some((page) => page.ofOneStore && `${pathname}/`.startsWith(`${page.path}/`))
  return (
    <header className="head">
      <span className="chain">{phone && <img src="/favicon.svg" alt="" width="26" height="26" />}{stores.length === 1 ? stores[0]?.name : me.tenantName}</span>
      {stores.length > 1 && (
        <select className="native store" value={one ? store?.id : storeId} onChange={(e) => choose(e.target.value)} aria-label={t('app.store')}>
          {!one && <option value="">{t('app.allStores')}</option>}
          {stores.map((s) => <option key={s.id} value={s.id}>{s.name}</option>)}
        </select>
      )}
      <span className="grow" />
      {!phone && <Language />}
      {!phone && <Person />}
    </header>
  )
}

function Language() {
  const lang = useLanguage()
  const other = lang === 'en' ? 'zh-CN' : 'en'
  return (
    <button type="button" className="iconbutton language" lang={other} onClick={() => void switchLanguage(other)}>
      <Icon name="world" size={18} />
      {other === 'en' ? 'English' : '中文'}
    </button>
  )
}

function useLogout() {
  const navigate = useNavigate()
  const client = useQueryClient()
  return useMutation(AuthService.method.logout, {
    onSettled: () => {
      client.clear()
      void navigate('/login')
    },
  })
}

function Person() {
  const { t } = useTranslation()
  const me = useMe()
  const logout = useLogout()
  const now = me.person?.assignments[0]
  const { pathname } = useLocation()
  return (
    <>
      <Go to="/account" className="person" current={pathname === '/account'}>
        <span className="face" aria-hidden="true">{me.person?.name.slice(-1)}</span>
        <span>
          <b>{me.person?.name}</b>
          <small>{now?.position}</small>
        </span>
      </Go>
      <button type="button" className="iconbutton" title={t('app.logout')} aria-label={t('app.logout')} disabled={logout.isPending} onClick={() => logout.mutate({})}>
        <Icon name="out" size={18} />
      </button>
    </>
  )
}

function TabBar() {
  const { t } = useTranslation()
  const unread = useUnread()
  const pages = useMenu()
  const [open, setOpen] = useState(false)
  const { pathname } = useLocation()
  const sheet = useRef<HTMLDialogElement>(null)
  useEffect(() => setOpen(false), [pathname])
  useEffect(() => {
    if (open) sheet.current?.showModal()
    else sheet.current?.close()
  }, [open])
  const tabs = tabOrder.map((key) => pages.find((page) => page.key === key)).filter((page) => page !== undefined).slice(0, 4)
  const rest = pages.filter((page) => !tabs.includes(page))
  return (
    <>
      <nav className="tabbar" aria-label={t('app.menu')}>
        {tabs.map((page) => <Entry key={page.key} page={page} />)}
        <button type="button" className="entry" onClick={() => setOpen(true)} aria-expanded={open}>
          <Icon name="more" />
          <span>{t('menu.more')}</span>
          {unread > 0 && <Unread count={unread} />}
        </button>
      </nav>
      <dialog className="sheet" ref={sheet} aria-label={t('menu.more')} onClose={() => setOpen(false)} onClick={(e) => e.target === e.currentTarget && setOpen(false)}>
        {open && (
          <div>
            <div className="row sheet-person"><Person /></div>
            <nav className="grid">{rest.map((page) => <Entry key={page.key} page={page} unread={unread} />)}</nav>
            <div className="row sheet-foot">
              <Language />
              <button type="button" className="iconbutton" onClick={() => setOpen(false)}>{t('app.close')}</button>
            </div>
          </div>
        )}
      </dialog>
    </>
  )
}
