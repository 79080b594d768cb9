namespace MuSc.Cluster.Tests.Processes;

/// <summary>A test that needs PostgreSQL's programs; it is skipped, and says so, where they are absent.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Programs is null ? "PostgreSQL is not installed (Debian's package postgresql)." : null;
}

/// <summary>See <see cref="PostgresFactAttribute"/>.</summary>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = new PostgresFactAttribute().Skip;
}
