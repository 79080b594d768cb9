using MuSc.Client;
using MuSc.Contracts;
using MuSc.Silo.Hosting;

namespace MuSc.Cluster.Tests.Client;

public sealed class MuScClientTests
{
    [Fact]
    public async Task ClusterThatIsNotThere_IsReportedAfterPatience()
    {
        int port = Ports.Free();
        ClusterAddress nowhere = ClusterAddress.Parse($"localhost:{port}") with { Patience = TimeSpan.FromSeconds(1) };
        JobException error = await Assert.ThrowsAsync<JobException>(() => MuScClient.ConnectAsync(nowhere, CancellationToken.None));
        Assert.Equal(JobErrorKind.Resource, error.Kind);
        Assert.Contains($"localhost:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressOfDatabase_IsShownWithoutPassword()
    {
        ClusterAddress address = ClusterAddress.Parse("Host=db;Port=6000;Username=musc;Password=secret;Database=jobs");
        Assert.Equal("in the database jobs at db:6000", $"{address}");
    }

    [Theory]
    [InlineData("localhost", "localhost:30000")]
    [InlineData("silo-1.musc.svc:31000", "silo-1.musc.svc:31000")]
    [InlineData("10.0.0.7:30001", "10.0.0.7:30001")]
    [InlineData("[::1]:30001", "::1:30001")]
    public void AddressOfGateway_IsReadFromHostAndPort(string text, string shown) => Assert.Equal(shown, $"{ClusterAddress.Parse(text)}");

    [Theory]
    [InlineData("http://10.0.0.7:8080", "http://10.0.0.7:8080/")]
    [InlineData("https://musc.example/line3", "https://musc.example/line3/")]
    public void AddressOfServer_EndsWithASlash(string text, string shown) => Assert.Equal(shown, $"{ClusterAddress.Parse(text) with { Key = "secret" }}");

    [Theory]
    [InlineData("http://me:secret@musc.example")]
    [InlineData("https://musc.example?key=secret")]
    [InlineData("ftp://musc.example/secret")]
    public void AddressOfServerThatIsNone_IsRefusedWithoutItsPassword(string text) =>
        Assert.DoesNotContain("secret", $"{Assert.Throws<FormatException>(() => ClusterAddress.Parse(text))}", StringComparison.Ordinal);

    [Theory]
    [InlineData("Hots=db;Password=secret")]
    [InlineData("Username=musc;Password=secret")]
    [InlineData("Host=db;Port=many;Password=secret")]
    public void ConnectionStringThatIsWrong_IsRefusedWithoutThePassword(string text)
    {
        FormatException refused = Assert.Throws<FormatException>(() => ClusterAddress.Parse(text));
        Assert.DoesNotContain("secret", $"{refused}", StringComparison.Ordinal);
        string problem = Assert.Single(new SiloSettings { ConnectionString = text }.Problems());
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:99999")]
    [InlineData("silo-1:")]
    [InlineData("nonsense")]
    public void AddressThatIsNone_IsRefused(string text) => Assert.Throws<FormatException>(() => ClusterAddress.Parse(text));
}
