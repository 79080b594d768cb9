using System.Net;
using MuSc.Contracts;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

public sealed class AccessOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::", false)]
    [InlineData("10.0.0.5", false)]
    public void WithoutKeys_OnlyALoopbackAddressIsOpen(string address, bool open)
    {
        IPAddress bound = IPAddress.Parse(address);
        if (open)
        {
            Assert.True(new AccessOptions { KeyFile = "" }.IsOpen(bound));
        }
        else
        {
            JobException refused = Assert.Throws<JobException>(() => new AccessOptions { KeyFile = "" }.IsOpen(bound));
            Assert.Equal(JobErrorKind.Usage, refused.Kind);
            Assert.All(["musc key new", "--keys", "--insecure"], word => Assert.Contains(word, refused.Message, StringComparison.Ordinal));
        }

        Assert.True(new AccessOptions { KeyFile = "", Insecure = true }.IsOpen(bound));
        Assert.False(new AccessOptions { KeyFile = "keys.json" }.IsOpen(bound));
        Assert.False(new AccessOptions { KeyFile = "keys.json", Insecure = true }.IsOpen(bound));
        Assert.False(new AccessOptions { KeyFile = "", Authority = "https://id.example.org", Audience = "musc" }.IsOpen(bound));
    }

    [Theory]
    [InlineData("https://id.example.org/realm", "musc", null)]
    [InlineData("http://127.0.0.1:5000", "musc", null)]
    [InlineData("http://id.example.org", "musc", "Auth:Authority")]
    [InlineData("id.example.org", "musc", "Auth:Authority")]
    [InlineData("file:///etc", "musc", "Auth:Authority")]
    [InlineData("https://id.example.org", "", "Auth:Audience")]
    [InlineData("", "musc", "Auth:Audience")]
    public void Problems_NameTheSetting(string authority, string audience, string? setting)
    {
        string[] problems = [.. new AccessOptions { Authority = authority, Audience = audience }.Problems()];
        if (setting is null)
        {
            Assert.Empty(problems);
        }
        else
        {
            Assert.StartsWith(setting, Assert.Single(problems), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DataFolder_GivesItsFileWhereItIsThereAndNoOtherIsNamed()
    {
        using TempFolder folder = new();
        AccessOptions options = new() { KeyFile = "" };
        options.UseDataFolder(folder.Folder);
        Assert.Empty(options.KeyFile);
        string usual = folder.Touch("keys.json");
        AccessOptions other = new() { KeyFile = "other.json" };
        other.UseDataFolder(folder.Folder);
        options.UseDataFolder(folder.Folder);
        Assert.Equal(("other.json", usual), (other.KeyFile, options.KeyFile));
    }
}
