import { createBrowserRouter, useRouteError, type RouteObject } from 'react-router'
import { useTranslation } from 'react-i18next'
import { withWords } from '../i18n/index.ts'
import { Failure, Go, PageHead } from '../ui/parts.tsx'
import { Guard } from './Guard.tsx'
import type { Needs } from './rights.ts'
import { Shell } from './Shell.tsx'

type Page = () => Promise<{ default: React.ComponentType }>

// Every page is a file of its own that loads when it is opened.
const page = (path: string, needs: Needs | undefined, load: Page): RouteObject => ({
  path,
  errorElement: <Broken />,
  lazy: async () => {
    const { default: Body } = await (path === '/' ? load() : withWords(load))
    return { element: needs ? <Guard needs={needs}><Body /></Guard> : <Body /> }
  },
})

/** The routes of the console. */
export const routes: RouteObject[] = [
  { path: '/login', lazy: async () => ({ Component: (await import('../staff/Login.tsx')).default }), errorElement: <Broken />, HydrateFallback: () => null },
  { path: '/login/sso', lazy: async () => ({ Component: (await withWords(() => import('../staff/Sso.tsx'))).default }), errorElement: <Broken />, HydrateFallback: () => null },
  { path: '/operator/login', lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).Login }), errorElement: <Broken />, HydrateFallback: () => null },
  { path: '/operator/activate', lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).Activate }), errorElement: <Broken />, HydrateFallback: () => null },
  {
    path: '/operator',
    lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).Desk }),
    errorElement: <Broken />,
    HydrateFallback: () => null,
    children: [
      { index: true, lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).Chains }) },
      { path: 'support', lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).OwnSupport }) },
      { path: 'acts', lazy: async () => ({ Component: (await withWords(() => import('../operator/desk.ts'))).Acts }) },
    ],
  },
  { path: '/activate', lazy: async () => ({ Component: (await withWords(() => import('../staff/Activate.tsx'))).default }), errorElement: <Broken />, HydrateFallback: () => null },
  {
    element: <Shell />,
    errorElement: <Broken />,
    HydrateFallback: () => null,
    children: [
      page('/', 'today.read', () => import('../report/Today.tsx')),
      page('/customers', 'customer.read', () => import('../customer/Customers.tsx')),
      page('/customers/new', 'customer.write', () => import('../customer/NewFile.tsx')),
      page('/customers/regulars', 'customer.write', () => import('../visit/Regulars.tsx')),
      page('/customers/:id', 'customer.read', () => import('../customer/Customer.tsx')),
      page('/customers/:id/edit', 'customer.write', () => import('../customer/EditFile.tsx')),
      page('/reviews', 'customer.review', () => import('../customer/Reviews.tsx')),
      page('/changes', 'customer.carry_out', () => import('../customer/Changes.tsx')),
      page('/deletions', ['customer.carry_out', 'customer.request'], () => import('../customer/Deletions.tsx')),
      page('/guest-requests', 'customer.legal', () => import('../customer/GuestRequests.tsx')),
      page('/inbox', undefined, () => import('../message/Inbox.tsx')),
      page('/spot-checks', 'customer.spot_check', () => import('../customer/SpotChecks.tsx')),
      page('/conflicts', 'conflict.read', () => import('../customer/Conflicts.tsx')),
      page('/handovers', 'handover.read', () => import('../handover/Handovers.tsx')),
      page('/handovers/new', 'handover.write', () => import('../handover/NewHandover.tsx')),
      page('/handovers/:id', 'handover.read', () => import('../handover/HandoverPage.tsx')),
      page('/handovers/:id/slip', 'handover.read', () => import('../handover/Slip.tsx')),
      page('/store-moves', 'customer.carry_out', () => import('../handover/StoreMoves.tsx')),
      page('/store-moves/new', 'customer.carry_out', () => import('../handover/NewStoreMove.tsx')),
      page('/store-moves/:id', 'customer.carry_out', () => import('../handover/StoreMovePage.tsx')),
      page('/days', 'day.read', () => import('../visit/Days.tsx')),
      page('/offers', 'customer.write', () => import('../ownership/Offers.tsx')),
      page('/month', 'decision.read', () => import('../ownership/MonthPreview.tsx')),
      page('/corrections', 'correction.read', () => import('../ownership/Corrections.tsx')),
      page('/trials', 'rules.try', () => import('../ownership/Trials.tsx')),
      page('/trials/:id', 'rules.try', () => import('../ownership/TrialPage.tsx')),
      page('/pool', 'pool.read', () => import('../ownership/Pool.tsx')),
      page('/appeals', 'appeal.read', () => import('../ownership/Appeals.tsx')),
      page('/bookings', 'booking.read', () => import('../visit/Bookings.tsx')),
      page('/bookings/sheet', 'booking.read', () => import('../visit/ShiftSheet.tsx')),
      page('/bills', 'bill.read', () => import('../visit/Bills.tsx')),
      page('/bills/:source/:no', 'bill.read', () => import('../visit/BillPage.tsx')),
      page('/messages', 'message.read', () => import('../message/Messages.tsx')),
      page('/my-score', 'score.read', () => import('../quota/Score.tsx')),
      page('/scores', 'score.read', () => import('../quota/Scores.tsx')),
      page('/scores/:id', 'score.read', () => import('../quota/Score.tsx')),
      page('/board', 'board.read', () => import('../report/Board.tsx')),
      page('/runs', 'run.read', () => import('../ownership/Runs.tsx')),
      page('/runs/:id', 'decision.read', () => import('../ownership/Run.tsx')),
      page('/rules', 'rules.read', () => import('../tenant/Rules.tsx')),
      page('/template', 'template.write', () => import('../customer/TemplatePage.tsx')),
      page('/stores', 'store.read', () => import('../tenant/Stores.tsx')),
      page('/stores/:id', 'store.read', () => import('../tenant/Store.tsx')),
      page('/staff', 'staff.read', () => import('../staff/People.tsx')),
      page('/staff/import', 'staff.write', () => import('../staff/ImportStaff.tsx')),
      page('/staff/:id', 'staff.read', () => import('../staff/Person.tsx')),
      page('/accounts', 'account.open', () => import('../staff/Accounts.tsx')),
      page('/apply', 'account.apply', () => import('../staff/ApplyAccount.tsx')),
      page('/delegations', undefined, () => import('../staff/Delegations.tsx')),
      page('/roles', 'role.read', () => import('../staff/Roles.tsx')),
      page('/roles/:code', 'role.read', () => import('../staff/Role.tsx')),
      page('/keys', 'apikey.read', () => import('../staff/Keys.tsx')),
      page('/sandbox', 'sandbox.use', () => import('../pos/Sandbox.tsx')),
      page('/webhooks', 'webhook.read', () => import('../pos/Webhooks.tsx')),
      page('/webhooks/:id', 'webhook.read', () => import('../pos/WebhookLog.tsx')),
      page('/audit', 'audit.read', () => import('../audit/Audit.tsx')),
      page('/access', 'login.write', () => import('../staff/LoginSettings.tsx')),
      page('/till-imports', 'bill.import', () => import('../onboarding/TillImports.tsx')),
      page('/till-imports/:id', 'bill.import', () => import('../onboarding/TillFile.tsx')),
      page('/imports', 'customer.import', () => import('../onboarding/Imports.tsx')),
      page('/imports/:id', 'customer.import', () => import('../onboarding/Import.tsx')),
      page('/company', 'chain.export', () => import('../operator/Company.tsx')),
      page('/account', undefined, () => import('../staff/Account.tsx')),
      { path: '*', element: <Lost /> },
    ],
  },
]

/** A router over the browser's address. */
export const createRouter = () => createBrowserRouter(routes)

function Lost() {
  const { t } = useTranslation()
  return (
    <div className="page">
      <PageHead title={t('app.lost')} sub={t('app.lostText')} />
      <p><Go to="/" className="go-button">{t('forbidden.home')}</Go></p>
    </div>
  )
}

function Broken() {
  return (
    <main className="main">
      <Failure error={useRouteError()} onRetry={() => window.location.reload()} />
    </main>
  )
}
