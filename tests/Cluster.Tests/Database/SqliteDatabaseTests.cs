using Microsoft.Data.Sqlite;
using MuSc.Silo.Database;

namespace MuSc.Cluster.Tests.Database;

/// <summary>The statements of the data folder's database against what Orleans' storage provider expects of them.</summary>
public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly SqliteConnection _connection;

    public SqliteDatabaseTests()
    {
        SqliteDatabase.Open(_folder.At("musc.db")).Dispose();
        _database = SqliteDatabase.Open(_folder.At("musc.db"));
        _connection = new(_database.ConnectionString);
        _connection.Open();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("extension")]
    public void Write_WithTheStoredVersionOnly_Succeeds(string? extension)
    {
        Assert.Equal(1L, Version("WriteToStorageKey", null, extension, 10));
        Assert.Null(Version("WriteToStorageKey", null, extension, 11));
        Assert.Equal(2L, Version("WriteToStorageKey", 1, extension, 12));
        Assert.Equal(1L, Version("WriteToStorageKey", 1, extension, 13));
        Assert.Equal(7L, Version("WriteToStorageKey", 7, extension, 14));
        Assert.Equal(((byte?)12, (int?)2), Read(extension));

        Assert.Equal(1L, Version("ClearStorageKey", 1, extension));
        Assert.Equal(3L, Version("ClearStorageKey", 2, extension));
        Assert.Equal(((byte?)null, (int?)3), Read(extension));
        Assert.Equal(4L, Version("WriteToStorageKey", 3, extension, 15));
        Assert.Equal(3L, Version("DeleteStorageKey", 3, extension));
        Assert.Equal(5L, Version("DeleteStorageKey", 4, extension));
        Assert.Equal(((byte?)null, (int?)null), Read(extension));
    }

    [Fact]
    public void WriteWithAVersion_NothingStored_IsAConflict()
    {
        Assert.Equal(1L, Version("WriteToStorageKey", 1, null, 10));
        Assert.Equal(((byte?)null, (int?)null), Read(null));
    }

    public void Dispose()
    {
        _connection.Dispose();
        _database.Dispose();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    private long? Version(string query, int? version, string? extension, byte? payload = null)
    {
        using SqliteCommand command = Command(query, extension);
        command.Parameters.AddWithValue("GrainStateVersion", (object?)version ?? DBNull.Value);
        command.Parameters.AddWithValue("PayloadBinary", payload is { } value ? new[] { value } : DBNull.Value);
        return (long?)command.ExecuteScalar();
    }

    private (byte? Payload, int? Version) Read(string? extension)
    {
        using SqliteCommand command = Command("ReadFromStorageKey", extension);
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? (reader["PayloadBinary"] is byte[] bytes ? bytes[0] : null, reader.GetFieldValue<int>(reader.GetOrdinal("Version"))) : (null, null);
    }

    private SqliteCommand Command(string query, string? extension)
    {
        SqliteCommand command = _connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = SqliteDatabase.Queries[query];
#pragma warning restore CA2100
        foreach ((string name, object value) in new (string, object)[]
        {
            ("ServiceId", "musc"), ("GrainIdHash", 1), ("GrainTypeHash", -2), ("GrainIdN0", 3L), ("GrainIdN1", 4L), ("GrainTypeString", "job"),
            ("GrainIdExtensionString", (object?)extension ?? DBNull.Value),
        })
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
