/** One thing that is typed or chosen in a form, with its name, a hint and what is wrong with it. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | null | undefined;
  /** The input, which takes the id and names what describes it. */
  readonly children: (attributes: {
    id: string;
    'aria-describedby': string;
    'aria-invalid': boolean;
  }) => ComponentChildren;
}

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId();
  const wrong = fault !== undefined && fault !== null;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-more`, 'aria-invalid': wrong })}
      <p id={`${id}-more`} class={wrong ? 'field-fault' : 'field-hint'}>
        {wrong ? fault : hint}
      </p>
    </div>
  );
}
