using MuSc.Silo.Database;
using Npgsql;

namespace MuSc.Cluster.Tests.Database;

/// <summary>How many connections a silo may open.</summary>
public sealed class BoundedConnectionsTests
{
    [Theory]
    [InlineData("Host=db;Database=musc", PostgresDatabase.Connections)]
    [InlineData("Host=db;Password='a;Maximum Pool Size=7';Database=musc;", PostgresDatabase.Connections)]
    [InlineData("Host=db;Maximum Pool Size=100", 100)]
    [InlineData("Host=db;maxpoolsize=50;Database=musc", 50)]
    public void Silo_OpensFewUnlessItsConnectionStringSaysSo(string given, int connections)
    {
        NpgsqlConnectionStringBuilder before = new(given);
        NpgsqlConnectionStringBuilder after = new(PostgresDatabase.Bounded(given));
        Assert.Equal(connections, after.MaxPoolSize);
        Assert.Equal((before.Host, before.Password, before.Database), (after.Host, after.Password, after.Database));
    }
}
