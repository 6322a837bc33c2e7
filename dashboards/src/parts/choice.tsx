/** One of a few, all in sight: a span, a kind. */
import type { ComponentChildren } from 'preact';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: ReadonlyArray<{ readonly value: T; readonly name: ComponentChildren }>;
  readonly value: T;
  readonly choose: (value: T) => void;
}

export function Choice<T extends string>({ label, options, value, choose }: ChoiceProps<T>) {
  return (
    <fieldset class="switch" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => choose(option.value)}
        >
          {option.name}
        </button>
      ))}
    </fieldset>
  );
}
