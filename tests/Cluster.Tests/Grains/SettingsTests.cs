using MuSc.Grains;
using MuSc.Silo.Database;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Grains;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Roles", "score,think")]
    [InlineData("ResultsRoot", "")]
    [InlineData("MemoryBytes", "1000")]
    [InlineData("ProcessBytes", "-1")]
    [InlineData("Threads", "0")]
    [InlineData("LeaseTime", "00:00:00.1")]
    [InlineData("SnapshotInterval", "00:00:00")]
    [InlineData("SnapshotShare", "1.5")]
    [InlineData("Device", "abacus")]
    [InlineData("SetImages", "0")]
    [InlineData("SetBytes", "0")]
    [InlineData("SetTime", "00:00:59")]
    [InlineData("Hardware", "one; two")]
    public void WrongSetting_IsNamed(string name, string value)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => SiloHost.Build([new("MuSc:ResultsRoot", "/tmp"), new($"MuSc:{name}", value)], verbose: false));
        Assert.Contains($"MuSc:{name}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SiloPort", "0")]
    [InlineData("GatewayPort", "70000")]
    [InlineData("Listen", "-1")]
    [InlineData("Listen", "here:80")]
    [InlineData("Listen", "::1:80")]
    [InlineData("PrimaryPort", "0")]
    [InlineData("Address", "here")]
    [InlineData("DeathVotes", "0")]
    [InlineData("ProbeInterval", "00:00:00.1")]
    public void WrongSiloSetting_IsNamed(string name, string value)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => SiloHost.Build([new("MuSc:ResultsRoot", "/tmp"), new($"Silo:{name}", value)], verbose: false));
        Assert.Contains($"Silo:{name}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null, 2L << 30)]
    [InlineData(16L << 30, null, 8L << 30)]
    [InlineData(16L << 30, 3L << 30, 3L << 30)]
    public void Memory_IsHalfOfWhatTheProcessMayTake_UnlessItIsGiven(long process, long? given, long expected)
    {
        MuScOptions options = new() { ProcessBytes = process };
        options.MemoryBytes = given ?? options.MemoryBytes;
        Assert.Equal(expected, options.MemoryBytes);
    }

    [Fact]
    public void Defaults_LackOnlyTheResultsRoot()
    {
        Assert.Empty(new SiloSettings().Problems());
        Assert.Contains("MuSc:ResultsRoot", Assert.Single(new MuScOptions().Problems()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9000", "127.0.0.1", 9000)]
    [InlineData("10.1.2.3:80", "10.1.2.3", 80)]
    [InlineData("[::1]:80", "[::1]", 80)]
    [InlineData("*:8080", "*", 8080)]
    public void Listen_IsAPortOrAnAddressAndAPort(string listen, string host, int port) =>
        Assert.Equal(new(host, port), new SiloSettings { Listen = listen }.Http);

    [Theory]
    [InlineData("9000", null, "127.0.0.1", 9000)]
    [InlineData("*:8080", null, "127.0.0.1", 8081)]
    [InlineData("*:8080", "*:9090", "*", 9090)]
    public void Health_StaysInsideUnlessItIsSaid(string listen, string? health, string host, int port) =>
        Assert.Equal(new(host, port), new SiloSettings { Listen = listen, HealthListen = health }.Health);

    [Fact]
    public void Queries_AreThoseThatOrleansAsksFor()
    {
        string[] needed =
        [
            "GatewaysQueryKey", "MembershipReadRowKey", "MembershipReadAllKey", "InsertMembershipVersionKey", "UpdateIAmAlivetimeKey",
            "InsertMembershipKey", "UpdateMembershipKey", "DeleteMembershipTableEntriesKey", "CleanupDefunctSiloEntriesKey",
            "WriteToStorageKey", "ReadFromStorageKey", "ClearStorageKey", "DeleteStorageKey",
            "ReadReminderRowsKey", "ReadReminderRowKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "UpsertReminderRowKey",
            "DeleteReminderRowKey", "DeleteReminderRowsKey",
        ];
        Assert.Equal(needed.Order(), PostgresDatabase.Queries.Keys.Order());
        Assert.All(PostgresDatabase.Queries.Values, text => Assert.InRange(text.Length, 20, 8000));
    }
}
