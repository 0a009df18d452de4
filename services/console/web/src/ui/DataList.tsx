import { Button } from 'antd'
import { useState, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { useHref } from '../app/me.tsx'
import { usePhone } from './hooks.ts'
import { Icon } from './Icon.tsx'
import { Bones } from './parts.tsx'

/** A column of a list. */
export interface Column<T> {
  key: string
  title: string
  cell(row: T): ReactNode
  /** Right-aligned tabular figures. */
  num?: boolean
  /** May be hidden by the reader; `off` = hidden until he asks for it. */
  optional?: boolean | 'off'
}

/** What a list shows and does. */
export interface DataListProps<T> {
  /** Name under which the choice of columns is remembered. */
  name: string
  columns: Column<T>[]
  rows: T[] | undefined
  rowKey(row: T): string
  /** Where a row opens; absent = it does not. */
  href?(row: T): string | undefined
  /** The row on the phone. */
  card(row: T): ReactNode
  /** Shown when there are no rows. */
  empty: ReactNode
  bar?: ReactNode
  more?: { has: boolean; busy: boolean; load(): void }
}

/** A list of rows: a table with sticky head on the PC, cards on the phone. */
export function DataList<T>(props: DataListProps<T>) {
  const { t } = useTranslation()
  const phone = usePhone()
  const href = useHref()
  const [hidden, setHidden] = useHidden(props.name, props.columns)
  const { rows, more, bar } = props
  const toOf = (row: T) => {
    const to = props.href?.(row)
    return to && href(to)
  }
  if (!rows) return <Bones rows={8} h={phone ? 84 : 46} />
  if (rows.length === 0) return <div className="card">{props.empty}</div>
  const columns = props.columns.filter((c) => !hidden.includes(c.key))
  const choosable = props.columns.filter((c) => c.optional)
  return (
    <div className="stack">
      {(bar || (!phone && choosable.length > 0)) && (
        <div className="list-bar">
          <div className="second">{bar}</div>
          {!phone && choosable.length > 0 && (
            <details className="columns">
              <summary><Icon name="columns" size={16} />{t('app.columns')}</summary>
              <div className="small">
                {choosable.map((c) => (
                  <label key={c.key}>
                    <input type="checkbox" checked={!hidden.includes(c.key)} onChange={() => setHidden(c.key)} />
                    {c.title}
                  </label>
                ))}
              </div>
            </details>
          )}
        </div>
      )}
      {phone ? (
        <ul className="cards">
          {rows.map((row) => (
            <li key={props.rowKey(row)} className="card">
              {toOf(row) ? <Link to={toOf(row)!}>{props.card(row)}</Link> : <div>{props.card(row)}</div>}
            </li>
          ))}
        </ul>
      ) : (
        <table className="list">
          <thead>
            <tr>{columns.map((c) => <th key={c.key} scope="col" className={c.num ? 'num' : undefined}>{c.title}</th>)}</tr>
          </thead>
          <tbody>{rows.map((row) => <Row key={props.rowKey(row)} row={row} columns={columns} to={toOf(row)} />)}</tbody>
        </table>
      )}
      {more?.has && <Button block={phone} loading={more.busy} onClick={more.load} className="more">{t('app.more')}</Button>}
    </div>
  )
}

function Row<T>({ row, columns, to }: { row: T; columns: Column<T>[]; to: string | undefined }) {
  const navigate = useNavigate()
  const open = (event: MouseEvent) => {
    // A link, a button or selected text inside the row keeps its own meaning.
    if (!to || (event.target as Element).closest('a,button,input,label') || window.getSelection()?.toString()) return
    void navigate(to)
  }
  return (
    <tr className={to ? 'opens' : undefined} onClick={open}>
      {columns.map((c, i) => (
        <td key={c.key} className={c.num ? 'num' : undefined}>
          {to && i === 0 ? <Link className="open" to={to}>{c.cell(row)}</Link> : c.cell(row)}
        </td>
      ))}
    </tr>
  )
}

function useHidden<T>(name: string, columns: Column<T>[]): [string[], (key: string) => void] {
  const at = `changke.columns.${name}`
  const [hidden, setHidden] = useState<string[]>(() => {
    const stored = localStorage.getItem(at)
    return stored === null ? columns.filter((c) => c.optional === 'off').map((c) => c.key) : stored.split(',')
  })
  const toggle = (key: string) => {
    const next = hidden.includes(key) ? hidden.filter((k) => k !== key) : [...hidden, key]
    localStorage.setItem(at, next.join(','))
    setHidden(next)
  }
  return [hidden, toggle]
}
