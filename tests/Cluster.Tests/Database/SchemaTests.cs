using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using MuSc.Contracts;
using MuSc.Silo.Database;

namespace MuSc.Cluster.Tests.Database;

/// <summary>Versions of the data folder's database, and what may not change within a version.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.At("musc.db");

    // Silos of the same version share the tables and statements: whoever changes one of these adds a migration and raises Schema.Newest.
    [Theory]
    [InlineData("postgres-1.sql", "b18052b9b8da8de4")]
    [InlineData("postgres-2.sql", "ddb2a3b417dfdc63")]
    [InlineData("postgres-queries.sql", "65f74563a5ea85f9")]
    [InlineData("sqlite-1.sql", "6ed1a5c94846f1a6")]
    [InlineData("sqlite-2.sql", "33eec138c0597a17")]
    [InlineData("sqlite-queries.sql", "1c20fa9c05466f81")]
    public void ScriptOfAVersion_IsAsItWasReleased(string name, string digest)
    {
        using Stream script = typeof(SqliteDatabase).Assembly.GetManifestResourceStream(name)!;
        Assert.Equal(digest, Convert.ToHexStringLower(SHA256.HashData(script))[..16]);
    }

    [Fact]
    public void FileOfAnEarlierBuild_IsMigratedWhenItIsOpened_AndKeepsItsRows()
    {
        SqliteDatabase.Open(Path).Dispose();
        Execute("DROP TABLE MuScSchema");
        Execute("INSERT INTO OrleansStorage VALUES ('musc', 1, 2, 3, 4, 'job', NULL, NULL, '2026-01-01', 5)");
        SqliteDatabase.Open(Path).Dispose();
        Assert.Equal(2L, Execute("SELECT max(Version) FROM MuScSchema"));
        Assert.Equal(5L, Execute("SELECT Version FROM OrleansStorage"));
    }

    [Fact]
    public void FileOfANewerBuild_IsRefused()
    {
        SqliteDatabase.Open(Path).Dispose();
        Execute("INSERT INTO MuScSchema (Version) VALUES (99)");
        JobException refused = Assert.Throws<JobException>(() => SqliteDatabase.Open(Path));
        Assert.Contains("older than the database", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SeveralThatOpenItTogether_AllSucceed()
    {
        Parallel.For(0, 8, _ => SqliteDatabase.Open(Path).Dispose());
        Assert.Equal(2L, Execute("SELECT count(*) FROM MuScSchema"));
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private object? Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
