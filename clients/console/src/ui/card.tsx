import type { ReactNode } from "react";

export function Card({ title, tools, children, className = "" }: {
  title?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
  className?: string;
}): ReactNode {
  return (
    <section className={`card ${className}`}>
      {(title || tools) && (
        <header className="card-head">
          {title && <h2>{title}</h2>}
          {tools && <div className="card-tools">{tools}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

/** What a list shows when it has nothing to show. */
export function Empty({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children && <p>{children}</p>}
    </div>
  );
}
