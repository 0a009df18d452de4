import { render } from '@testing-library/react'
import { expect, test } from 'vitest'
import { RuleText } from './RuleText.tsx'

test('a line never ends between a rule’s code and the marks that stand close to it', () => {
  const { container } = render(<RuleText>它是这一餐的第一席（VIS-08），见 LIF-03。</RuleText>)
  expect([...container.querySelectorAll('span.nowrap:not(.mono)')].map((kept) => kept.textContent)).toEqual(['（VIS-08），', 'LIF-03。'])
  expect(container.textContent).toBe('它是这一餐的第一席（VIS-08），见 LIF-03。')
})
