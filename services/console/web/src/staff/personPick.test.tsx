import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { find, initials, type Choice } from './find.ts'
import { PersonPick } from './PersonPick.tsx'

test('initials are those of pinyin, of a surname as surnames sound', () => {
  const of = { 郭娜: 'gn', 曾国强: 'zgq', 单于飞: 'cyf', 尉迟恭: 'ycg', 欧阳倩: 'oyq', 赵轶坤: 'zyk', 'Li Na': 'li na', '': '' }
  for (const [name, letters] of Object.entries(of)) expect(initials(name), name).toBe(letters)
})

const staff: Choice[] = [
  { id: '1', name: '高国娜', staffNo: 'E0010', text: '客服代表' },
  { id: '2', name: '郭娜', staffNo: 'E0104', text: '客服代表' },
  { id: '3', name: '张娟', staffNo: 'E0201' },
]

test('people are found by a part of name, initials or number, those first that begin with it', () => {
  const found = (typed: string) => find(staff, typed).map((p) => p.id).join('')
  expect(found(' ')).toBe('123')
  expect(found('gn')).toBe('21')
  expect(found('GN')).toBe('21')
  expect(found('娜')).toBe('12')
  expect(found('郭')).toBe('2')
  expect(found('01')).toBe('123')
  expect(found('e02')).toBe('3')
  expect(found('q')).toBe('')
})

function Form({ people = staff, first = '' }) {
  const [value, setValue] = useState(first)
  return <><label htmlFor="p">接收人</label><PersonPick id="p" people={people} value={value} none="请选择" onChange={setValue} /><output>{value}</output></>
}

test('typing and Enter choose; Escape leaves what was chosen; nobody can be chosen again', async () => {
  const user = userEvent.setup({ delay: null })
  render(<Form />)
  const field = screen.getByLabelText<HTMLInputElement>('接收人')
  await user.tab()
  expect(field.getAttribute('aria-expanded')).toBe('false')
  await user.keyboard('gn{Enter}')
  expect(screen.getByRole('status').textContent).toBe('2')
  expect(field.value).toBe('郭娜 · E0104 · 客服代表')
  await user.keyboard('{ArrowDown}zj{Escape}')
  expect(field.value).toBe('郭娜 · E0104 · 客服代表')
  await user.keyboard('{ArrowDown}{ArrowUp}{Enter}') // from whom was chosen to who stands before
  expect(screen.getByRole('status').textContent).toBe('1')
  await user.keyboard('zz{Enter}{Escape}')
  expect(screen.getByRole('status').textContent).toBe('1')
  await user.click(field)
  await user.click(screen.getByRole('option', { name: '请选择' }))
  expect(screen.getByRole('status').textContent).toBe('')
})

test('of many people a list shows the first, and how many more there are', async () => {
  const user = userEvent.setup({ delay: null })
  render(<Form people={Array.from({ length: 2000 }, (_, i) => ({ id: String(i), name: '王伟', staffNo: `E${10_000 + i}` }))} />)
  await user.click(screen.getByLabelText('接收人'))
  expect(screen.getAllByRole('option')).toHaveLength(50)
  await user.keyboard('11999')
  await user.click(screen.getByRole('option'))
  expect(screen.getByRole('status').textContent).toBe('1999')
})

test('a press elsewhere reaches what it aims at before the list goes; Tab closes it', async () => {
  const user = userEvent.setup({ delay: null })
  render(<><Form /><button type="button">提交</button></>)
  const field = screen.getByLabelText<HTMLInputElement>('接收人')
  const button = screen.getByRole('button', { name: '提交' })
  await user.click(field)
  await user.pointer({ keys: '[MouseLeft>]', target: button })
  expect(field.getAttribute('aria-expanded')).toBe('true')
  await user.pointer({ keys: '[/MouseLeft]', target: button })
  expect(field.getAttribute('aria-expanded')).toBe('false')
  await user.click(field)
  await user.tab()
  expect(field.getAttribute('aria-expanded')).toBe('false')
})
