import { Button } from 'antd'
import { Children, useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation, useSearchParams } from 'react-router'
import { useHref, useStores } from '../app/me.tsx'
import { explain } from '../app/faults.ts'
import { formatUntil, span } from './format.ts'
import { useLanguage, useNow } from './hooks.ts'
import { Icon, type IconName } from './Icon.tsx'

/** A link inside the console that keeps the chosen store. */
export function Go({ to, className, children, current }: { to: string; className?: string; children: ReactNode; current?: boolean }) {
  const href = useHref()
  return <Link to={href(to)} className={className} aria-current={current ? 'page' : undefined}>{children}</Link>
}

/** Title of a page with its acts. Sets the title of the tab too. */
export function PageHead({ title, sub, children }: { title: string; sub?: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`
  }, [title, t])
  return (
    <header className="page-head">
      <div>
        <h1>{title}</h1>
        {sub && <p className="sub">{sub}</p>}
      </div>
      {children && <div className="actions">{children}</div>}
    </header>
  )
}

/** What a chip's colour says: lost or overdue, act soon, done; accent and calm say nothing. */
export type Tone = 'late' | 'soon' | 'done' | 'accent' | 'calm'

/** A short state. Late, soon and done carry an icon for eyes that do not tell the colours apart. */
export function Chip({ tone = 'calm', children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  const icon = tone === 'late' ? 'alert' : tone === 'soon' ? 'clock' : tone === 'done' ? 'check' : null
  return (
    <span className={`chip ${tone}`} title={title}>
      {icon && <Icon name={icon} size={13} />}
      {children}
    </span>
  )
}

/** How long until a moment, with the hour it ends, or how long past it: red when past, amber inside `soonHours`. */
export function TimeLeft({ due, soonHours = 4, short }: { due: number; soonHours?: number; short?: boolean }) {
  const { t } = useTranslation()
  const now = useNow()
  const lang = useLanguage()
  const { zone } = useStores()
  const left = due - now
  const { unit, count } = span(left)
  const tone = left < 0 ? 'late' : left < soonHours * 3_600_000 ? 'soon' : 'calm'
  return <Chip tone={tone}>{t(left < 0 ? `time.over.${unit}` : `time.left.${unit}`, { count })}{left >= 0 && !short && <span className="until"> · {t('time.until', { time: formatUntil(due, now, lang, zone) })}</span>}</Chip>
}

/** A failure: what happened, what to do, the request id. It stays until closed or mended.
 * Children are the way out of just this one, and stand in place of the general advice. */
export function Failure({ error, onRetry, onClose, children }: { error: unknown; onRetry?: () => void; onClose?: () => void; children?: ReactNode }) {
  const { t } = useTranslation()
  const self = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error) self.current?.scrollIntoView?.({ block: 'nearest', behavior: 'smooth' })
  }, [error])
  if (!error) return null
  const { message, advice, requestId } = explain(error)
  const way = Children.toArray(children)
  return (
    <div className="failure" role="alert" ref={self}>
      <Icon name="alert" />
      <div>
        <strong>{message}</strong>
        {way.length > 0 ? way : advice && <p>{advice}</p>}
        <div className="failure-foot">
          {onRetry && <Button size="small" onClick={onRetry}>{t('app.retry')}</Button>}
          {requestId && <span>{t('fault.requestId')} <span className="mono">{requestId}</span></span>}
        </div>
      </div>
      {onClose && <button type="button" className="iconbutton" onClick={onClose} aria-label={t('app.close')}><Icon name="cross" size={16} /></button>}
    </div>
  )
}

/** In the failure of a save that came after somebody else's: has the latest loaded, under what one changed oneself. */
export function Latest({ error, onLoad }: { error: unknown; onLoad(): void }) {
  const { t } = useTranslation()
  return error && explain(error).reason.endsWith('.changed') ? <Button size="small" onClick={onLoad}>{t('file.reload')}</Button> : null
}

/** What is wrong with a field, under it. */
export function Wrong({ text }: { text: string | undefined }) {
  return text ? <p className="wrong" role="alert"><Icon name="alert" size={16} />{text}</p> : null
}

/** Nothing there: why, and the first act. */
export function Empty({ icon = 'leaf', title, text, children }: { icon?: IconName; title: string; text?: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={40} />
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div className="actions">{children}</div>}
    </div>
  )
}

/** A grey stand-in of the final size. */
export function Bone({ w = '100%', h = 16 }: { w?: number | string; h?: number }) {
  return <span className="bone" style={{ width: w, height: h }} aria-hidden="true" />
}

/** Grey rows while a list loads. */
export function Bones({ rows = 6, h = 52 }: { rows?: number; h?: number }) {
  const { t } = useTranslation()
  return (
    <div className="stack" role="status" aria-label={t('app.loading')}>
      {Array.from({ length: rows }, (_, i) => <Bone key={i} h={h} />)}
    </div>
  )
}

/** A filter or tab as links on one search parameter; the first value is the default and leaves the URL clean. */
export function Choices({ param, values, look, label }: { param: string; values: { value: string; label: ReactNode }[]; look: 'segments' | 'tabs'; label: string }) {
  const [params] = useSearchParams()
  const { pathname } = useLocation()
  const now = params.get(param) ?? values[0]?.value
  const self = useRef<HTMLElement>(null)
  // On a narrow screen the chosen one may lie beyond the edge.
  useEffect(() => {
    const nav = self.current
    const at = nav?.querySelector<HTMLElement>('[aria-current]')
    if (nav && at && nav.scrollWidth > nav.clientWidth) nav.scrollLeft = at.offsetLeft - nav.offsetLeft - (nav.clientWidth - at.offsetWidth) / 2
  }, [now])
  return (
    <nav className={look} aria-label={label} ref={self}>
      {values.map(({ value, label }, i) => {
        const next = new URLSearchParams(params)
        if (i === 0) next.delete(param)
        else next.set(param, value)
        return <Link key={value} to={{ pathname, search: next.toString() }} replace preventScrollReset aria-current={now === value ? 'page' : undefined}>{label}</Link>
      })}
    </nav>
  )
}

/** A small mark beside an act that succeeded, gone after a second and a half. `mark` restarts it. */
export function useFlash(): [ReactNode, (text: string) => void] {
  const [text, setText] = useState('')
  useEffect(() => {
    if (!text) return
    const timer = setTimeout(() => setText(''), 1500)
    return () => clearTimeout(timer)
  }, [text])
  const node = text ? <span className="flash" role="status"><Icon name="check" size={16} />{text}</span> : null
  return [node, setText]
}
