using MuSc.Contracts;
using MuSc.Web.Access;

namespace MuSc.Web.Tests.Access;

public sealed class KeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private KeyFile Keys => new(_folder.At("sub", "keys.json"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AddedKey_IsReadAgainWithoutItsText()
    {
        (AccessKey entry, string text) = Keys.Add("alice", [Rights.Submit, Rights.Read], DateTimeOffset.UnixEpoch);
        AccessKey read = Assert.Single(Keys.Read());
        Assert.Equivalent(entry, read, strict: true);
        Assert.Matches("^musc_[A-Za-z0-9]{10}_[A-Za-z0-9]{43}$", text);
        Assert.DoesNotContain(text.Split('_')[2], File.ReadAllText(Keys.Path), StringComparison.Ordinal);
        Assert.NotEqual(text, Keys.Add("alice", [Rights.Submit], default).Text);
    }

    [Fact]
    public void File_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Keys.Add("alice", [Rights.Submit], default);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys.Path));
    }

    [Fact]
    public void Remove_TakesAllKeysOfAnOwnerOrOne()
    {
        string first = Keys.Add("alice", [Rights.Submit], default).Entry.Id;
        string second = Keys.Add("alice", [Rights.Submit], default).Entry.Id;
        string other = Keys.Add("bob", [Rights.Submit], default).Entry.Id;
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => Keys.Remove("alice", other)).Kind);
        Assert.Equal([first], Keys.Remove("alice", first).Select(key => key.Id));
        Assert.Equal([second, other], Keys.Read().Select(key => key.Id));
        Assert.Equal([second], Keys.Remove("alice").Select(key => key.Id));
        Assert.Contains("'musc key list'", Assert.Throws<JobException>(() => Keys.Remove("alice")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_StaysALink()
    {
        Keys.Add("alice", [Rights.Submit], default);
        File.CreateSymbolicLink(_folder.At("link.json"), Keys.Path);
        new KeyFile(_folder.At("link.json")).Add("bob", [Rights.Submit], default);
        Assert.Equal(["alice", "bob"], Keys.Read().Select(key => key.Name));
        Assert.NotNull(new FileInfo(_folder.At("link.json")).LinkTarget);
    }

    [Fact]
    public void FileThatAnotherCommandChanges_IsRefused()
    {
        Keys.Add("alice", [Rights.Submit], default);
        using FileStream held = new(Keys.Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(JobErrorKind.Resource, Assert.Throws<JobException>(() => Keys.Remove("alice")).Kind);
        Assert.Single(Keys.Read());
    }

    [Theory]
    [InlineData("", "submit")]
    [InlineData("a b", "submit")]
    [InlineData("../a", "submit")]
    [InlineData("alice", "")]
    [InlineData("alice", "write")]
    [InlineData("alice", "Submit")]
    public void WrongNameOrRight_IsRefusedAndNothingWritten(string name, string rights)
    {
        Assert.Equal(JobErrorKind.Usage, Assert.Throws<JobException>(() => Keys.Add(name, rights.Split(',', StringSplitOptions.RemoveEmptyEntries), default)).Kind);
        Assert.False(File.Exists(Keys.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys": null}""")]
    [InlineData("""{"keys": [], "more": 1}""")]
    [InlineData("""{"keys": [{"id": "a", "name": "b", "rights": ["submit"], "salt": "AAAA", "hash": "AAAA", "created": "2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys": [{"id": "a", "name": "b", "rights": [null], "salt": "AAAA", "hash": "AAAA", "created": "2026-01-01T00:00:00Z"}]}""")]
    [InlineData("""{"keys": [{"name": "b", "rights": ["submit"], "salt": "AAAA", "hash": "AAAA", "created": "2026-01-01T00:00:00Z"}]}""")]
    public void DamagedFile_IsAnErrorThatNamesIt(string contents)
    {
        File.WriteAllText(_folder.At("keys.json"), contents);
        JobException error = Assert.Throws<JobException>(() => new KeyFile(_folder.At("keys.json")).Read());
        Assert.Equal(JobErrorKind.Input, error.Kind);
        Assert.Contains(_folder.At("keys.json"), error.Message, StringComparison.Ordinal);
        Assert.Throws<JobException>(() => new KeyFile(_folder.At("keys.json")).Add("alice", [Rights.Submit], default));
        Assert.Equal(contents, File.ReadAllText(_folder.At("keys.json")));
    }

    [Fact]
    public void TwoKeysWithOneId_AreDamage()
    {
        Keys.Add("alice", [Rights.Submit], default);
        string one = File.ReadAllText(Keys.Path);
        int from = one.IndexOf('[', StringComparison.Ordinal) + 1;
        string entry = one[from..one.LastIndexOf(']')];
        File.WriteAllText(Keys.Path, $"{one[..from]}{entry},{entry}]}}");
        Assert.Contains("two keys have the id", Assert.Throws<JobException>(() => Keys.Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileAboveItsLimit_IsRefused()
    {
        File.WriteAllBytes(_folder.At("keys.json"), new byte[KeyFile.MostBytes + 1]);
        Assert.Contains($"{KeyFile.MostBytes} bytes", Assert.Throws<JobException>(() => new KeyFile(_folder.At("keys.json")).Read()).Message, StringComparison.Ordinal);
    }
}
