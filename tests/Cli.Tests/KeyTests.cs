using System.Text.Json;

namespace MuSc.Cli.Tests;

/// <summary><c>musc key</c> as a user types it.</summary>
public sealed class KeyTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Keys => _folder.At("keys.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("new")]
    [InlineData("list")]
    [InlineData("remove")]
    public async Task Help_has_examples(string command) => Assert.Contains(
        $"  musc key {command}", (await MuscProcess.RunAsync("key", command, "--help")).Expect(0).Out, StringComparison.Ordinal);

    [Fact]
    public async Task New_prints_the_key_once_and_list_shows_whose_it_is()
    {
        MuscProcess made = (await MuscProcess.RunAsync("key", "new", "alice", "--rights", "submit,read", "--keys", Keys)).Expect(0);
        string key = made.Out.TrimEnd();
        Assert.Matches("^musc_[A-Za-z0-9]+_[A-Za-z0-9]+$", key);
        Assert.Contains(Keys, made.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(Keys), StringComparison.Ordinal);

        MuscProcess list = (await MuscProcess.RunAsync("key", "list", "--keys", Keys, "--json")).Expect(0);
        JsonElement held = Assert.Single(list.Json.GetProperty("keys").EnumerateArray());
        Assert.Equal("alice", held.GetProperty("name").GetString());
        Assert.Equal(["submit", "read"], held.GetProperty("rights").EnumerateArray().Select(right => right.GetString()));
        Assert.Equal(key.Split('_')[1], held.GetProperty("id").GetString());
        string text = (await MuscProcess.RunAsync("key", "list", "--keys", Keys)).Expect(0).Out;
        Assert.Contains("alice", text, StringComparison.Ordinal);
        Assert.Contains("submit,read", text, StringComparison.Ordinal);
        Assert.All([list.Out, text], output => Assert.DoesNotContain(key.Split('_')[2], output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Remove_takes_an_owners_keys_from_the_file_that_the_environment_names()
    {
        Dictionary<string, string> environment = new() { ["MUSC_KEYS"] = Keys };
        foreach (string name in (string[])["alice", "bob"])
        {
            JsonElement made = (await RunAsync("key", "new", name, "--rights", "admin", "--json")).Expect(0).Json;
            Assert.Equal(Keys, made.GetProperty("file").GetString());
        }

        JsonElement removed = (await RunAsync("key", "remove", "alice", "--json")).Expect(0).Json.GetProperty("removed");
        Assert.Equal("alice", Assert.Single(removed.EnumerateArray()).GetProperty("name").GetString());
        JsonElement left = (await RunAsync("key", "list", "--json")).Expect(0).Json.GetProperty("keys");
        Assert.Equal("bob", Assert.Single(left.EnumerateArray()).GetProperty("name").GetString());
        Assert.Contains("musc key list", (await RunAsync("key", "remove", "alice")).Expect(2).Error, StringComparison.Ordinal);

        Task<MuscProcess> RunAsync(params string[] args) => MuscProcess.RunAsync(args, _ => { }, environment);
    }

    [Fact]
    public async Task Wrong_names_rights_and_files_are_refused()
    {
        Assert.Contains("--rights", (await MuscProcess.RunAsync("key", "new", "alice", "--keys", Keys)).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains(
            "submit, read, admin", (await MuscProcess.RunAsync("key", "new", "alice", "--rights", "write", "--keys", Keys)).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("'a b'", (await MuscProcess.RunAsync("key", "new", "a b", "--rights", "read", "--keys", Keys)).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("musc key new", (await MuscProcess.RunAsync("key", "list", "--keys", Keys)).Expect(3).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Folder));
    }
}
